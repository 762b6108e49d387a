"""The dialogs: questions, choosing of files, rules, and the pages of the Help menu."""
