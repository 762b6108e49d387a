<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About FFMLN</source>
        <translation>Über FFMLN</translation>
    </message>
    <message>
        <source>Draw, and find your own photos.</source>
        <translation>Zeichnen und die eigenen Fotos finden.</translation>
    </message>
</context>
<context>
    <name>Beside</name>
    <message>
        <source>Without this picture</source>
        <translation>Ohne dieses Bild</translation>
    </message>
    <message>
        <source>Like this picture</source>
        <translation>Wie dieses Bild</translation>
    </message>
    <message>
        <source>Like the drawing and this picture</source>
        <translation>Wie die Zeichnung und dieses Bild</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Paper</source>
        <translation>Papier</translation>
    </message>
    <message>
        <source>Draw here with the mouse or a pen to find photos.</source>
        <translation>Hier mit der Maus oder einem Stift zeichnen, um Fotos zu finden.</translation>
    </message>
    <message>
        <source>Draw something here:
a cup, a cat, a bicycle…</source>
        <translation>Hier etwas zeichnen:
eine Tasse, eine Katze, ein Fahrrad…</translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>There are photos that match better; click to bring them in</source>
        <translation>Es gibt Fotos, die besser passen; ein Klick zeigt sie</translation>
    </message>
    <message>
        <source>There are newer photos; click to bring them in</source>
        <translation>Es gibt neuere Fotos; ein Klick zeigt sie</translation>
    </message>
</context>
<context>
    <name>CollectionDialog</name>
    <message>
        <source>Shared collection</source>
        <translation>Gemeinsame Sammlung</translation>
    </message>
    <message>
        <source>Photos of several machines, which `ffmln index --store` sends there. They are found together with your own. Photos stay on their machines.</source>
        <translation>Fotos mehrerer Rechner, die `ffmln index --store` dort einträgt. Sie werden zusammen mit Ihren eigenen gefunden. Die Fotos selbst bleiben auf ihren Rechnern.</translation>
    </message>
    <message>
        <source>&amp;Search this collection too</source>
        <translation>Auch diese Sammlung &amp;durchsuchen</translation>
    </message>
    <message>
        <source>http://HOST:19530 of a Milvus server; for this machine alone, a file ending in .db or a folder</source>
        <translation>http://HOST:19530 eines Milvus-Servers; für diesen Rechner allein eine Datei mit der Endung .db oder ein Ordner</translation>
    </message>
    <message>
        <source>Where `ffmln index --thumbnails-to` leaves them; may stay empty</source>
        <translation>Wo `ffmln index --thumbnails-to` sie ablegt; darf leer bleiben</translation>
    </message>
    <message>
        <source>As `ffmln index --host` calls it; by that, your own photos are known</source>
        <translation>So, wie `ffmln index --host` ihn nennt; daran werden Ihre eigenen Fotos erkannt</translation>
    </message>
    <message>
        <source>&amp;Try</source>
        <translation>&amp;Probieren</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>&amp;Wählen…</translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>Adr&amp;esse</translation>
    </message>
    <message>
        <source>Folder of shared th&amp;umbnails</source>
        <translation>Ordner mit gemeinsamen &amp;Vorschaubildern</translation>
    </message>
    <message>
        <source>This &amp;machine is called</source>
        <translation>Dieser &amp;Rechner heißt</translation>
    </message>
    <message>
        <source>Give an address first.</source>
        <translation>Bitte zuerst eine Adresse angeben.</translation>
    </message>
    <message>
        <source>The encoder is still being loaded: try again in a moment.</source>
        <translation>Der Encoder wird noch geladen: Bitte gleich noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird nachgesehen…</translation>
    </message>
    <message>
        <source>Folder of shared thumbnails</source>
        <translation>Ordner mit gemeinsamen Vorschaubildern</translation>
    </message>
</context>
<context>
    <name>CollectionRow</name>
    <message>
        <source>Shared collection</source>
        <translation>Gemeinsame Sammlung</translation>
    </message>
    <message>
        <source>Search the photos of several machines too</source>
        <translation>Auch die Fotos mehrerer Rechner durchsuchen</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Choose a shared collection</source>
        <translation>Eine gemeinsame Sammlung wählen</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
</context>
<context>
    <name>FolderBar</name>
    <message>
        <source>Folders of the library</source>
        <translation>Ordner der Bibliothek</translation>
    </message>
    <message>
        <source>Choose folder…</source>
        <translation>Ordner wählen…</translation>
    </message>
    <message>
        <source>No folder chosen</source>
        <translation>Kein Ordner gewählt</translation>
    </message>
</context>
<context>
    <name>FolderButton</name>
    <message>
        <source>All folders</source>
        <translation>Alle Ordner</translation>
    </message>
    <message>
        <source>Look into some folders only</source>
        <translation>Nur in bestimmten Ordnern suchen</translation>
    </message>
    <message>
        <source>Folders looked into: %1</source>
        <translation>Durchsuchte Ordner: %1</translation>
    </message>
</context>
<context>
    <name>FolderList</name>
    <message>
        <source>Folders of the library</source>
        <translation>Ordner der Bibliothek</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Photos in these folders are found together.</source>
        <translation>Die Fotos in diesen Ordnern werden gemeinsam gefunden.</translation>
    </message>
</context>
<context>
    <name>FolderRow</name>
    <message>
        <source>Search this folder</source>
        <translation>Diesen Ordner durchsuchen</translation>
    </message>
    <message>
        <source>What to do with %1</source>
        <translation>Was mit %1 geschehen soll</translation>
    </message>
    <message>
        <source>Move, leave out, forget, remove</source>
        <translation>Verschieben, auslassen, vergessen, entfernen</translation>
    </message>
    <message>
        <source>%1, not there now</source>
        <translation>%1, gerade nicht da</translation>
    </message>
</context>
<context>
    <name>FolderTree</name>
    <message>
        <source>Folders to look into</source>
        <translation>Ordner, in denen gesucht wird</translation>
    </message>
    <message>
        <source>All folders</source>
        <translation>Alle Ordner</translation>
    </message>
</context>
<context>
    <name>FolderUpkeep</name>
    <message>
        <source>Forget this folder</source>
        <translation>Diesen Ordner vergessen</translation>
    </message>
    <message>
        <source>Forget what was indexed of this folder?</source>
        <translation>Alles vergessen, was von diesem Ordner indiziert wurde?</translation>
    </message>
    <message>
        <source>The photos themselves are not touched. To search them again, they are indexed anew.</source>
        <translation>Die Fotos selbst bleiben unberührt. Um sie wieder zu durchsuchen, müssen sie neu indiziert werden.</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
</context>
<context>
    <name>GuessLine</name>
    <message>
        <source>As a sketch?</source>
        <translation>Als Skizze?</translation>
    </message>
    <message>
        <source>This was taken for a photo.</source>
        <translation>Das wurde für ein Foto gehalten.</translation>
    </message>
    <message>
        <source>This was taken for a sketch.</source>
        <translation>Das wurde für eine Skizze gehalten.</translation>
    </message>
    <message>
        <source>Lay this picture on the paper as a sketch</source>
        <translation>Dieses Bild als Skizze auf das Papier legen</translation>
    </message>
    <message>
        <source>As a photo?</source>
        <translation>Als Foto?</translation>
    </message>
    <message>
        <source>Lay this picture beside the drawing as a photo</source>
        <translation>Dieses Bild als Foto neben die Zeichnung legen</translation>
    </message>
</context>
<context>
    <name>Heading</name>
    <message>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>The best matches come by date, newest first (N)</source>
        <translation>Die besten Treffer kommen nach Datum, die neuesten zuerst (N)</translation>
    </message>
    <message>
        <source>Best first</source>
        <translation>Beste zuerst</translation>
    </message>
    <message>
        <source>With a photo under “Like this” the best matches come first</source>
        <translation>Mit einem Foto unter „So wie das“ kommen die besten Treffer zuerst</translation>
    </message>
    <message>
        <source>The best matches come first, rather than different guesses (B)</source>
        <translation>Die besten Treffer kommen zuerst statt verschiedener Vermutungen (B)</translation>
    </message>
    <message>
        <source>Different guesses</source>
        <translation>Verschiedene</translation>
    </message>
    <message>
        <source>Different guesses come first; B brings the best matches first</source>
        <translation>Verschiedene Vermutungen kommen zuerst; B bringt die besten Treffer nach vorn</translation>
    </message>
    <message>
        <source>Size of the photos (Ctrl and the wheel)</source>
        <translation>Größe der Fotos (Strg und Mausrad)</translation>
    </message>
    <message>
        <source>Size of the photos</source>
        <translation>Größe der Fotos</translation>
    </message>
</context>
<context>
    <name>HelpPages</name>
    <message>
        <source>Drop the stroke in progress</source>
        <translation>Den begonnenen Strich verwerfen</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Straight line</source>
        <translation>Gerade Linie</translation>
    </message>
    <message>
        <source>Shift while drawing</source>
        <translation>Umschalt beim Zeichnen</translation>
    </message>
    <message>
        <source>Arrow keys, Shift+arrow keys</source>
        <translation>Pfeiltasten, Umschalt+Pfeiltasten</translation>
    </message>
    <message>
        <source>Empty the paper, or delete what is chosen</source>
        <translation>Papier leeren oder Auswahl löschen</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Entf</translation>
    </message>
    <message>
        <source>Choose the whole drawing</source>
        <translation>Die ganze Zeichnung auswählen</translation>
    </message>
    <message>
        <source>Ctrl+A, double click</source>
        <translation>Strg+A, Doppelklick</translation>
    </message>
    <message>
        <source>Move what is chosen, and move it farther</source>
        <translation>Auswahl in kleinen und in großen Schritten verschieben</translation>
    </message>
    <message>
        <source>Move the span of time, and widen it</source>
        <translation>Die Zeitspanne verschieben und verbreitern</translation>
    </message>
    <message>
        <source>What can be done with a photo beside the drawing</source>
        <translation>Was mit einem Foto neben der Zeichnung möglich ist</translation>
    </message>
    <message>
        <source>Take off a photo beside the drawing</source>
        <translation>Ein Foto neben der Zeichnung wegnehmen</translation>
    </message>
    <message>
        <source>Choose the folders that are looked into</source>
        <translation>Wählen, welche Ordner durchsucht werden</translation>
    </message>
    <message>
        <source>Choose a span of time</source>
        <translation>Eine Zeitspanne wählen</translation>
    </message>
    <message>
        <source>Drag</source>
        <translation>Ziehen</translation>
    </message>
    <message>
        <source>Show less time, and more</source>
        <translation>Weniger und mehr Zeit zeigen</translation>
    </message>
    <message>
        <source>Show all time</source>
        <translation>Den ganzen Zeitraum zeigen</translation>
    </message>
    <message>
        <source>Home, double click</source>
        <translation>Pos1, Doppelklick</translation>
    </message>
    <message>
        <source>Look at all times</source>
        <translation>Alle Zeiten durchsuchen</translation>
    </message>
    <message>
        <source>Esc, Del</source>
        <translation>Esc, Entf</translation>
    </message>
    <message>
        <source>Look into all folders</source>
        <translation>Alle Ordner durchsuchen</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Next and previous hit</source>
        <translation>Nächster und voriger Treffer</translation>
    </message>
    <message>
        <source>Arrow keys</source>
        <translation>Pfeiltasten</translation>
    </message>
    <message>
        <source>First and last hit</source>
        <translation>Erster und letzter Treffer</translation>
    </message>
    <message>
        <source>Home, End</source>
        <translation>Pos1, Ende</translation>
    </message>
    <message>
        <source>Closer, and further away</source>
        <translation>Näher heran und weiter weg</translation>
    </message>
    <message>
        <source>Open in its program</source>
        <translation>Im zugehörigen Programm öffnen</translation>
    </message>
    <message>
        <source>Enter, double click</source>
        <translation>Eingabe, Doppelklick</translation>
    </message>
    <message>
        <source>+, -, wheel</source>
        <translation>+, -, Mausrad</translation>
    </message>
    <message>
        <source>Draw on with a kept drawing</source>
        <translation>An einer behaltenen Zeichnung weiterzeichnen</translation>
    </message>
    <message>
        <source>Remove a kept drawing</source>
        <translation>Eine behaltene Zeichnung entfernen</translation>
    </message>
    <message>
        <source>The whole photo, and its real pixels</source>
        <translation>Das ganze Foto und seine echten Pixel</translation>
    </message>
    <message>
        <source>Move an enlarged photo</source>
        <translation>Ein vergrößertes Foto verschieben</translation>
    </message>
    <message>
        <source>Ctrl+arrow keys</source>
        <translation>Strg+Pfeiltasten</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>Das Foto öffnen</translation>
    </message>
    <message>
        <source>Back to all photos</source>
        <translation>Zurück zu allen Fotos</translation>
    </message>
    <message>
        <source>Esc, Space</source>
        <translation>Esc, Leertaste</translation>
    </message>
</context>
<context>
    <name>HitsModel</name>
    <message>
        <source>Offline: its folder is not there now</source>
        <translation>Offline: Der Ordner ist gerade nicht da</translation>
    </message>
    <message>
        <source>On another machine: %1</source>
        <translation>Auf einem anderen Rechner: %1</translation>
    </message>
    <message>
        <source>{name}, match {rank}</source>
        <translation>{name}, Treffer {rank}</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>offline</translation>
    </message>
    <message>
        <source>not readable now</source>
        <translation>gerade nicht lesbar</translation>
    </message>
    <message>
        <source>on %1</source>
        <translation>auf %1</translation>
    </message>
</context>
<context>
    <name>KioskWindow</name>
    <message>
        <source>The pictures are on their way…</source>
        <translation>Die Bilder kommen gleich…</translation>
    </message>
    <message>
        <source>One step back</source>
        <translation>Einen Schritt zurück</translation>
    </message>
    <message>
        <source>Start over</source>
        <translation>Neu beginnen</translation>
    </message>
    <message>
        <source>There are no pictures here yet.</source>
        <translation>Hier sind noch keine Bilder.</translation>
    </message>
</context>
<context>
    <name>LibraryFolders</name>
    <message>
        <source>Choose a photo folder</source>
        <translation>Fotoordner wählen</translation>
    </message>
    <message>
        <source>Add a photo folder</source>
        <translation>Fotoordner hinzufügen</translation>
    </message>
    <message>
        <source>The photos in %1 are searched already: it lies in %2.</source>
        <translation>Die Fotos in %1 werden schon durchsucht: Der Ordner liegt in %2.</translation>
    </message>
    <message>
        <source>The photos in %1 are searched already.</source>
        <translation>Die Fotos in %1 werden schon durchsucht.</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>Nach &amp;oben</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>Nach &amp;unten</translation>
    </message>
    <message>
        <source>&amp;Open in the file manager</source>
        <translation>In der &amp;Dateiverwaltung öffnen</translation>
    </message>
    <message>
        <source>&amp;What is left out and kept…</source>
        <translation>&amp;Was ausgelassen und behalten wird…</translation>
    </message>
    <message>
        <source>Forget &amp;missing photos now</source>
        <translation>&amp;Fehlende Fotos jetzt vergessen</translation>
    </message>
    <message>
        <source>&amp;Remove from the library</source>
        <translation>Aus der Bibliothek &amp;entfernen</translation>
    </message>
    <message>
        <source>&amp;Forget…</source>
        <translation>&amp;Vergessen…</translation>
    </message>
</context>
<context>
    <name>LicencesDialog</name>
    <message>
        <source>Licences</source>
        <translation>Lizenzen</translation>
    </message>
    <message>
        <source>The code of FFMLN: {licence}.</source>
        <translation>Der Code von FFMLN: {licence}.</translation>
    </message>
    <message>
        <source>The weights</source>
        <translation>Die Gewichte</translation>
    </message>
    <message>
        <source>Package</source>
        <translation>Paket</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Packages inside</source>
        <translation>Enthaltene Pakete</translation>
    </message>
    <message>
        <source>see its own files</source>
        <translation>siehe die Dateien des Pakets</translation>
    </message>
    <message>
        <source>Show their texts</source>
        <translation>Lizenztexte zeigen</translation>
    </message>
</context>
<context>
    <name>LogDialog</name>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Nothing was noted yet.</source>
        <translation>Noch wurde nichts vermerkt.</translation>
    </message>
    <message>
        <source>It names files and folders of yours: look through it before you pass it on.</source>
        <translation>Es nennt Ihre Dateien und Ordner: Bitte vor dem Weitergeben durchsehen.</translation>
    </message>
    <message>
        <source>Show its folder</source>
        <translation>Ordner zeigen</translation>
    </message>
</context>
<context>
    <name>Look</name>
    <message>
        <source>All pictures</source>
        <translation>Alle Bilder</translation>
    </message>
    <message>
        <source>More like this</source>
        <translation>Mehr davon</translation>
    </message>
</context>
<context>
    <name>Message</name>
    <message>
        <source>Look everywhere</source>
        <translation>Überall suchen</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Hinweis schließen</translation>
    </message>
    <message>
        <source>This folder is not there now (an unplugged drive?). Its photos stay searchable.</source>
        <translation>Dieser Ordner ist gerade nicht da (Laufwerk nicht angeschlossen?). Seine Fotos lassen sich weiter durchsuchen.</translation>
    </message>
    <message>
        <source>%1 is not there now (an unplugged drive?). Its photos stay searchable.</source>
        <translation>%1 ist gerade nicht da (Laufwerk nicht angeschlossen?). Die Fotos lassen sich weiter durchsuchen.</translation>
    </message>
    <message>
        <source>%1 are not there now (unplugged drives?). Their photos stay searchable.</source>
        <translation>%1 sind gerade nicht da (Laufwerke nicht angeschlossen?). Ihre Fotos lassen sich weiter durchsuchen.</translation>
    </message>
</context>
<context>
    <name>OfferLine</name>
    <message>
        <source>Dismiss</source>
        <translation>Hinweis schließen</translation>
    </message>
</context>
<context>
    <name>OtherEncoder</name>
    <message>
        <source>The encoder %1 is not there: the one that ships is used.</source>
        <translation>Der Encoder %1 ist nicht da: Der mitgelieferte wird verwendet.</translation>
    </message>
    <message>
        <source>Use another encoder</source>
        <translation>Anderen Encoder verwenden</translation>
    </message>
    <message>
        <source>Encoders</source>
        <translation>Encoder</translation>
    </message>
    <message>
        <source>This encoder is in use already.</source>
        <translation>Dieser Encoder wird schon verwendet.</translation>
    </message>
    <message>
        <source>Use %1 from the next start on? It sees photos differently: they are then indexed with it (%2), unless they were before. What is known now is kept.</source>
        <translation>%1 ab dem nächsten Start verwenden? Er sieht Fotos anders: Sie werden dann mit ihm indiziert (%2), falls sie es nicht schon sind. Was jetzt bekannt ist, bleibt erhalten.</translation>
    </message>
    <message>
        <source>%1 is used from the next start on.</source>
        <translation>%1 wird ab dem nächsten Start verwendet.</translation>
    </message>
    <message>
        <source>The encoder that ships is used from the next start on.</source>
        <translation>Ab dem nächsten Start wird der mitgelieferte Encoder verwendet.</translation>
    </message>
</context>
<context>
    <name>Pasting</name>
    <message>
        <source>There is no picture on the clipboard.</source>
        <translation>In der Zwischenablage ist kein Bild.</translation>
    </message>
</context>
<context>
    <name>PhotoCommands</name>
    <message>
        <source>Like this</source>
        <translation>So wie das</translation>
    </message>
    <message>
        <source>Not this</source>
        <translation>Nicht so</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>Pfad kopieren</translation>
    </message>
    <message>
        <source>Trace</source>
        <translation>Abpausen</translation>
    </message>
    <message>
        <source>Look at its copies</source>
        <translation>Kopien ansehen</translation>
    </message>
    <message>
        <source>Look at this moment</source>
        <translation>Diesen Moment ansehen</translation>
    </message>
    <message>
        <source>Lay %1 photos beside the drawing?</source>
        <translation>%1 Fotos neben die Zeichnung legen?</translation>
    </message>
</context>
<context>
    <name>PhotoDeeds</name>
    <message numerus="yes">
        <source>Open %Ln photos at once?</source>
        <translation>
            <numerusform>%Ln Foto auf einmal öffnen?</numerusform>
            <numerusform>%Ln Fotos auf einmal öffnen?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln folders at once?</source>
        <translation>
            <numerusform>%Ln Ordner auf einmal zeigen?</numerusform>
            <numerusform>%Ln Ordner auf einmal zeigen?</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 is offline: its folder is not there now.</source>
        <translation>%1 ist offline: Der Ordner ist gerade nicht da.</translation>
    </message>
</context>
<context>
    <name>PhotoGrid</name>
    <message>
        <source>Found photos</source>
        <translation>Gefundene Fotos</translation>
    </message>
    <message>
        <source>Larger photos</source>
        <translation>Größere Fotos</translation>
    </message>
    <message>
        <source>Smaller photos</source>
        <translation>Kleinere Fotos</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>Ansehen</translation>
    </message>
</context>
<context>
    <name>PrintCorner</name>
    <message>
        <source>Like this</source>
        <translation>So wie das</translation>
    </message>
    <message>
        <source>Not this</source>
        <translation>Nicht so</translation>
    </message>
    <message>
        <source>Drop it here</source>
        <translation>Hier ablegen</translation>
    </message>
    <message>
        <source>Drag a photo here</source>
        <translation>Foto hierher ziehen</translation>
    </message>
</context>
<context>
    <name>PrintFiles</name>
    <message>
        <source>There is nothing drawn on this picture.</source>
        <translation>Auf diesem Bild ist nichts gezeichnet.</translation>
    </message>
    <message>
        <source>There is nothing drawn on {name}.</source>
        <translation>Auf {name} ist nichts gezeichnet.</translation>
    </message>
</context>
<context>
    <name>PrintStrip</name>
    <message>
        <source>Balance of drawing and photos</source>
        <translation>Gewichtung von Zeichnung und Fotos</translation>
    </message>
    <message>
        <source>Photos beside the drawing</source>
        <translation>Fotos neben der Zeichnung</translation>
    </message>
    <message>
        <source>Drawing</source>
        <translation>Zeichnung</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Nothing is drawn, and nothing lies under “Like this”.</source>
        <translation>Nichts ist gezeichnet, und unter „So wie das“ liegt nichts.</translation>
    </message>
    <message>
        <source>Nothing lies under “Like this”: the drawing alone counts.</source>
        <translation>Unter „So wie das“ liegt nichts: Nur die Zeichnung zählt.</translation>
    </message>
    <message>
        <source>What counts more: the drawing, or the photos under “Like this”</source>
        <translation>Was mehr zählt: die Zeichnung oder die Fotos unter „So wie das“</translation>
    </message>
    <message>
        <source>Nothing is drawn yet: the photos alone count.</source>
        <translation>Noch ist nichts gezeichnet: Nur die Fotos zählen.</translation>
    </message>
</context>
<context>
    <name>PrintTile</name>
    <message>
        <source>Take off (Delete)</source>
        <translation>Wegnehmen (Entf)</translation>
    </message>
    <message>
        <source>Take off</source>
        <translation>Wegnehmen</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>{name}, like this</source>
        <translation>{name}, so wie das</translation>
    </message>
    <message>
        <source>{name}, not this</source>
        <translation>{name}, nicht so</translation>
    </message>
    <message>
        <source>Return opens its menu, Delete takes it off.</source>
        <translation>Die Eingabetaste öffnet das Menü, Entf nimmt das Foto weg.</translation>
    </message>
    <message>
        <source>Move to “Not this”</source>
        <translation>Nach „Nicht so“ verschieben</translation>
    </message>
    <message>
        <source>Move to “Like this”</source>
        <translation>Nach „So wie das“ verschieben</translation>
    </message>
    <message>
        <source>Lay it on the paper as a sketch</source>
        <translation>Als Skizze auf das Papier legen</translation>
    </message>
</context>
<context>
    <name>QShortcut</name>
    <message>
        <source>Return</source>
        <translation>Eingabe</translation>
    </message>
</context>
<context>
    <name>ReadingSign</name>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>RecentFolders</name>
    <message>
        <source>&amp;Empty this list</source>
        <translation>Liste &amp;leeren</translation>
    </message>
</context>
<context>
    <name>RulesDialog</name>
    <message>
        <source>What is left out and kept</source>
        <translation>Was ausgelassen und behalten wird</translation>
    </message>
    <message>
        <source>One pattern a line, as in .gitignore: *.png, Screenshots/, /2019/**. Bins, thumbnails, caches and hidden folders are left out anyway; !name/ takes one of them in.</source>
        <translatorcomment>Zwischen ! und Name steht U+2060, damit dort keine Zeile umbricht.</translatorcomment>
        <translation>Ein Muster je Zeile, wie in .gitignore: *.png, Bildschirmfotos/, /2019/**. Papierkörbe, Vorschaubilder, Zwischenspeicher und versteckte Ordner werden ohnehin ausgelassen; !⁠Name/ nimmt einen davon auf.</translation>
    </message>
    <message>
        <source> days</source>
        <translation> Tage</translation>
    </message>
    <message>
        <source>Photos that come back within this time, as with a drive, are not indexed again.</source>
        <translation>Fotos, die in dieser Zeit wiederkommen, etwa mit einem Laufwerk, werden nicht neu indiziert.</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source>Photos are seen at once, and while their drive is away. 1,200 MB hold about 100,000.</source>
        <translation>Damit sind Fotos sofort zu sehen, und auch, solange ihr Laufwerk fehlt. 1200 MB reichen für etwa 100.000.</translation>
    </message>
    <message>
        <source>&amp;Left out of %1</source>
        <translation>In %1 ausge&amp;lassen</translation>
    </message>
    <message>
        <source>For all folders</source>
        <translation>Für alle Ordner</translation>
    </message>
    <message>
        <source>Left out of &amp;every folder</source>
        <translation>In &amp;jedem Ordner ausgelassen</translation>
    </message>
    <message>
        <source>&amp;Remember photos that disappeared for</source>
        <translation>Verschwundene Fotos &amp;merken für</translation>
    </message>
    <message>
        <source>&amp;Keep thumbnails, at most</source>
        <translation>&amp;Vorschaubilder behalten, höchstens</translation>
    </message>
</context>
<context>
    <name>SharedCollection</name>
    <message>
        <source>%1 is not in the shared collection any more: it does not count in the search.</source>
        <translation>%1 ist nicht mehr in der gemeinsamen Sammlung: Es zählt bei der Suche nicht.</translation>
    </message>
    <message>
        <source>Without the shared collection, %1 of another machine does not count.</source>
        <translation>Ohne die gemeinsame Sammlung zählt %1 von einem anderen Rechner nicht.</translation>
    </message>
</context>
<context>
    <name>SheetLine</name>
    <message>
        <source>Only the first</source>
        <translation>Nur die erste</translation>
    </message>
    <message>
        <source>{count} drawings on this page.</source>
        <translation>{count} Zeichnungen auf dieser Seite.</translation>
    </message>
    <message>
        <source>Search for the first of these drawings alone</source>
        <translation>Nur nach der ersten dieser Zeichnungen suchen</translation>
    </message>
    <message>
        <source>Drawing {number} of {count} on this page.</source>
        <translation>Zeichnung {number} von {count} auf dieser Seite.</translation>
    </message>
    <message>
        <source>Only the next</source>
        <translation>Nur die nächste</translation>
    </message>
    <message>
        <source>Search for the next of these drawings alone</source>
        <translation>Nur nach der nächsten dieser Zeichnungen suchen</translation>
    </message>
    <message>
        <source>All of them</source>
        <translation>Alle zusammen</translation>
    </message>
    <message>
        <source>Search for all of these drawings as one</source>
        <translation>Nach allen diesen Zeichnungen zusammen suchen</translation>
    </message>
</context>
<context>
    <name>ShelfBar</name>
    <message>
        <source>Remove this drawing</source>
        <translation>Diese Zeichnung entfernen</translation>
    </message>
    <message>
        <source>Last drawings</source>
        <translation>Letzte Zeichnungen</translation>
    </message>
    <message>
        <source>Choose one to draw on.</source>
        <translation>Eine wählen, um daran weiterzuzeichnen.</translation>
    </message>
    <message>
        <source>A drawing; click to draw on</source>
        <translation>Eine Zeichnung; anklicken, um daran weiterzuzeichnen</translation>
    </message>
    <message>
        <source>Found {name}; click to draw on</source>
        <translation>Hat {name} gefunden; anklicken, um daran weiterzuzeichnen</translation>
    </message>
    <message>
        <source>Remove all kept drawings…</source>
        <translation>Alle behaltenen Zeichnungen entfernen…</translation>
    </message>
    <message>
        <source>Remove all kept drawings?</source>
        <translation>Alle behaltenen Zeichnungen entfernen?</translation>
    </message>
</context>
<context>
    <name>Shelving</name>
    <message>
        <source>The drawing could not be kept: {reason}.</source>
        <translation>Die Zeichnung ließ sich nicht behalten: {reason}.</translation>
    </message>
    <message>
        <source>This drawing is not kept any more: another window removed or changed it.</source>
        <translation>Diese Zeichnung ist nicht mehr unter den behaltenen: Ein anderes Fenster hat sie entfernt oder geändert.</translation>
    </message>
    <message>
        <source>Keep no drawings, and remove those that are kept?</source>
        <translation>Keine Zeichnungen mehr behalten und die behaltenen entfernen?</translation>
    </message>
    <message>
        <source>The drawing of the last time cannot be read. It lies in {path}.</source>
        <translation>Die Zeichnung vom letzten Mal lässt sich nicht lesen. Sie liegt in {path}.</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Chosen photos</source>
        <translation>Ausgewählte Fotos</translation>
    </message>
    <message>
        <source>While drawing</source>
        <translation>Beim Zeichnen</translation>
    </message>
    <message>
        <source>While looking at a photo</source>
        <translation>Beim Ansehen eines Fotos</translation>
    </message>
    <message>
        <source>Around the paper and the photos</source>
        <translation>Rund um Papier und Fotos</translation>
    </message>
</context>
<context>
    <name>SketchFiles</name>
    <message>
        <source>Open a picture as sketch</source>
        <translation>Ein Bild als Skizze öffnen</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Trace a photo</source>
        <translation>Ein Foto abpausen</translation>
    </message>
    <message>
        <source>Save sketch</source>
        <translation>Skizze speichern</translation>
    </message>
    <message>
        <source>SVG drawing</source>
        <translation>SVG-Zeichnung</translation>
    </message>
    <message>
        <source>sketch.svg</source>
        <translation>Skizze.svg</translation>
    </message>
    <message>
        <source>{name} exists already. Replace it?</source>
        <translation>{name} gibt es schon. Ersetzen?</translation>
    </message>
    <message>
        <source>FFMLN sketch</source>
        <translation>FFMLN-Skizze</translation>
    </message>
    <message>
        <source>The sketch could not be saved as {name}: {reason}.</source>
        <translation>Die Skizze ließ sich nicht als {name} speichern: {reason}.</translation>
    </message>
    <message>
        <source>{name} is saved, but so large that it opens as a picture, not as strokes.</source>
        <translation>{name} ist gespeichert, aber so groß, dass die Zeichnung als Bild geöffnet wird, nicht als Striche.</translation>
    </message>
</context>
<context>
    <name>SkippedDialog</name>
    <message>
        <source>Skipped files</source>
        <translation>Übersprungene Dateien</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Wird gefunden</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>These files cannot be searched. They are untouched, and tried again once they change.</source>
        <translation>Diese Dateien lassen sich nicht durchsuchen. Sie bleiben unberührt und werden erneut gelesen, sobald sie sich ändern.</translation>
    </message>
    <message>
        <source>Files that could be read in part are found; the others cannot be searched. All are untouched, and tried again once they change.</source>
        <translation>Dateien, die sich zum Teil lesen ließen, werden gefunden; die anderen lassen sich nicht durchsuchen. Alle bleiben unberührt und werden erneut gelesen, sobald sie sich ändern.</translation>
    </message>
    <message>
        <source>No file was skipped.</source>
        <translation>Keine Datei wurde übersprungen.</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Indexing progress</source>
        <translation>Fortschritt der Indizierung</translation>
    </message>
    <message>
        <source>Show which files were skipped, and why</source>
        <translation>Zeigen, welche Dateien übersprungen wurden und warum</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Continue indexing</source>
        <translation>Weiter indizieren</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Indexing paused</source>
        <translation>Indizierung angehalten</translation>
    </message>
    <message>
        <source>Indexing stopped; the photos so far can be searched.</source>
        <translation>Indizierung abgebrochen; die bisherigen Fotos lassen sich durchsuchen.</translation>
    </message>
    <message>
        <source>Photos are being indexed in another window or terminal; this one goes on after that.</source>
        <translation>In einem anderen Fenster oder Terminal werden Fotos indiziert; danach geht es hier weiter.</translation>
    </message>
    <message>
        <source>Looking for photos</source>
        <translation>Fotos werden gesucht</translation>
    </message>
</context>
<context>
    <name>Teaching</name>
    <message>
        <source>Forget everything that was learned from your drawings?</source>
        <translation>Alles vergessen, was aus Ihren Zeichnungen gelernt wurde?</translation>
    </message>
</context>
<context>
    <name>TileDelegate</name>
    <message>
        <source>Like this (L)</source>
        <translation>So wie das (L)</translation>
    </message>
    <message>
        <source>Look at it (Space)</source>
        <translation>Ansehen (Leertaste)</translation>
    </message>
    <message>
        <source>%1: lay it beside the drawing (L)</source>
        <translation>%1: neben die Zeichnung legen (L)</translation>
    </message>
    <message>
        <source>Look at this moment (C)</source>
        <translation>Diesen Moment ansehen (C)</translation>
    </message>
    <message>
        <source>Look at its copies (C)</source>
        <translation>Kopien ansehen (C)</translation>
    </message>
    <message>
        <source>Not readable now</source>
        <translation>Gerade nicht lesbar</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>Look at all times (Escape)</source>
        <translation>Alle Zeiten durchsuchen (Esc)</translation>
    </message>
    <message>
        <source>Look at all times</source>
        <translation>Alle Zeiten durchsuchen</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Drag to look at some time only; the wheel zooms</source>
        <translation>Ziehen, um nur eine Zeitspanne zu durchsuchen; das Mausrad zoomt</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>shown: %1</source>
        <translation>zu sehen: %1</translation>
    </message>
</context>
<context>
    <name>ToolBar</name>
    <message>
        <source>Pen width ([ and ])</source>
        <translation>Stiftbreite ([ und ])</translation>
    </message>
    <message>
        <source>Pen width</source>
        <translation>Stiftbreite</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>Follow the first hit</source>
        <translation>Dem ersten Treffer folgen</translation>
    </message>
    <message>
        <source>While you draw, show the first hit of each answer</source>
        <translation>Beim Zeichnen immer den ersten Treffer zeigen</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>Alle Fotos</translation>
    </message>
    <message>
        <source>Back to all photos (Esc)</source>
        <translation>Zurück zu allen Fotos (Esc)</translation>
    </message>
    <message>
        <source>The photo before (Left)</source>
        <translation>Voriges Foto (Pfeil links)</translation>
    </message>
    <message>
        <source>The next photo (Right)</source>
        <translation>Nächstes Foto (Pfeil rechts)</translation>
    </message>
    <message>
        <source>The copy before (Left)</source>
        <translation>Vorige Kopie (Pfeil links)</translation>
    </message>
    <message>
        <source>The next copy (Right)</source>
        <translation>Nächste Kopie (Pfeil rechts)</translation>
    </message>
    <message>
        <source>The hit before (Left)</source>
        <translation>Voriger Treffer (Pfeil links)</translation>
    </message>
    <message>
        <source>The next hit (Right)</source>
        <translation>Nächster Treffer (Pfeil rechts)</translation>
    </message>
    <message>
        <source>This photo is offline. This is its thumbnail, enlarged.</source>
        <translation>Dieses Foto ist offline. Zu sehen ist sein Vorschaubild, vergrößert.</translation>
    </message>
    <message>
        <source>This photo is offline: its folder is not there now.</source>
        <translation>Dieses Foto ist offline: Sein Ordner ist zurzeit nicht da.</translation>
    </message>
    <message>
        <source>This photo lies on %1. This is its thumbnail, enlarged.</source>
        <translation>Dieses Foto liegt auf %1. Das ist sein Vorschaubild, vergrößert.</translation>
    </message>
    <message>
        <source>This photo lies on %1, and there is no thumbnail of it here.</source>
        <translation>Dieses Foto liegt auf %1, und hier gibt es kein Vorschaubild davon.</translation>
    </message>
    <message>
        <source>This photo is not in its folder any more. This is its thumbnail, enlarged.</source>
        <translation>Dieses Foto ist nicht mehr in seinem Ordner. Das ist sein Vorschaubild, vergrößert.</translation>
    </message>
    <message>
        <source>This photo is not in its folder any more.</source>
        <translation>Dieses Foto ist nicht mehr in seinem Ordner.</translation>
    </message>
    <message>
        <source>This photo cannot be shown: %1</source>
        <translation>Dieses Foto lässt sich nicht zeigen: %1</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Find your photos by drawing them</source>
        <translation>Eigene Fotos durch Zeichnen finden</translation>
    </message>
    <message>
        <source>Choose a folder of photos, then draw what you are looking for.</source>
        <translation>Einen Ordner mit Fotos wählen, dann zeichnen, was gesucht wird.</translation>
    </message>
    <message>
        <source>Choose a photo folder…</source>
        <translation>Fotoordner wählen…</translation>
    </message>
    <message>
        <source>Use my picture library</source>
        <translation>Meinen Bilderordner verwenden</translation>
    </message>
</context>
<context>
    <name>_Counts</name>
    <message>
        <source>1 photo</source>
        <translation>1 Foto</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%Ln Foto</numerusform>
            <numerusform>%Ln Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>1 file skipped</source>
        <translation>1 Datei übersprungen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files skipped</source>
        <translation>
            <numerusform>%Ln Datei übersprungen</numerusform>
            <numerusform>%Ln Dateien übersprungen</numerusform>
        </translation>
    </message>
    <message>
        <source>of 1 machine</source>
        <translation>von 1 Rechner</translation>
    </message>
    <message numerus="yes">
        <source>of %Ln machines</source>
        <translation>
            <numerusform>von %Ln Rechner</numerusform>
            <numerusform>von %Ln Rechnern</numerusform>
        </translation>
    </message>
    <message>
        <source>1 copy</source>
        <translation>1 Kopie</translation>
    </message>
    <message numerus="yes">
        <source>%Ln copies</source>
        <translation>
            <numerusform>%Ln Kopie</numerusform>
            <numerusform>%Ln Kopien</numerusform>
        </translation>
    </message>
    <message>
        <source>1 more photo of this moment</source>
        <translation>1 weiteres Foto dieses Moments</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more photos of this moment</source>
        <translation>
            <numerusform>%Ln weiteres Foto dieses Moments</numerusform>
            <numerusform>%Ln weitere Fotos dieses Moments</numerusform>
        </translation>
    </message>
    <message>
        <source>1 more like this</source>
        <translation>1 weiteres wie dieses</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more like this</source>
        <translation>
            <numerusform>%Ln weiteres wie dieses</numerusform>
            <numerusform>%Ln weitere wie dieses</numerusform>
        </translation>
    </message>
    <message>
        <source>1 more file cannot be used.</source>
        <translation>1 weitere Datei lässt sich nicht verwenden.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more files cannot be used.</source>
        <translation>
            <numerusform>%Ln weitere Datei lässt sich nicht verwenden.</numerusform>
            <numerusform>%Ln weitere Dateien lassen sich nicht verwenden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Learned from %Ln of your drawings</source>
        <translation>
            <numerusform>Aus %Ln Ihrer Zeichnungen gelernt</numerusform>
            <numerusform>Aus %Ln Ihrer Zeichnungen gelernt</numerusform>
        </translation>
    </message>
    <message>
        <source>1 better</source>
        <translation>1 besseres</translation>
    </message>
    <message numerus="yes">
        <source>%Ln better</source>
        <translation>
            <numerusform>%Ln besseres</numerusform>
            <numerusform>%Ln bessere</numerusform>
        </translation>
    </message>
    <message>
        <source>1 missing photo is forgotten.</source>
        <translation>1 fehlendes Foto ist vergessen.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln missing photos are forgotten.</source>
        <translation>
            <numerusform>%Ln fehlendes Foto ist vergessen.</numerusform>
            <numerusform>%Ln fehlende Fotos sind vergessen.</numerusform>
        </translation>
    </message>
    <message>
        <source>The folder and its 1 photo are forgotten; no file was touched.</source>
        <translation>Der Ordner und sein einziges Foto sind vergessen; keine Datei wurde berührt.</translation>
    </message>
    <message numerus="yes">
        <source>The folder and its %Ln photos are forgotten; no file was touched.</source>
        <translation>
            <numerusform>Der Ordner und sein %Ln Foto sind vergessen; keine Datei wurde berührt.</numerusform>
            <numerusform>Der Ordner und seine %Ln Fotos sind vergessen; keine Datei wurde berührt.</numerusform>
        </translation>
    </message>
    <message>
        <source>1 new</source>
        <translation>1 neues</translation>
    </message>
    <message numerus="yes">
        <source>%Ln new</source>
        <translation>
            <numerusform>%Ln neues</numerusform>
            <numerusform>%Ln neue</numerusform>
        </translation>
    </message>
    <message>
        <source>1 photo without a date</source>
        <translation>1 Foto ohne Datum</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos without a date</source>
        <translation>
            <numerusform>%Ln Foto ohne Datum</numerusform>
            <numerusform>%Ln Fotos ohne Datum</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %Ln min left</source>
        <translation>
            <numerusform>noch etwa %Ln Minute</numerusform>
            <numerusform>noch etwa %Ln Minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %Ln hours left</source>
        <translation>
            <numerusform>noch etwa %Ln Stunde</numerusform>
            <numerusform>noch etwa %Ln Stunden</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>actions</name>
    <message>
        <source>&amp;Choose photo folder…</source>
        <translation>&amp;Fotoordner wählen…</translation>
    </message>
    <message>
        <source>A&amp;dd photo folder…</source>
        <translation>Fotoordner &amp;hinzufügen…</translation>
    </message>
    <message>
        <source>&amp;Folders of the library…</source>
        <translation>&amp;Ordner der Bibliothek…</translation>
    </message>
    <message>
        <source>Shared c&amp;ollection…</source>
        <translation>&amp;Gemeinsame Sammlung…</translation>
    </message>
    <message>
        <source>Search the photos of several machines too</source>
        <translation>Auch die Fotos mehrerer Rechner durchsuchen</translation>
    </message>
    <message>
        <source>&amp;Recent folders</source>
        <translation>&amp;Zuletzt geöffnete Ordner</translation>
    </message>
    <message>
        <source>Open &amp;picture as sketch…</source>
        <translation>B&amp;ild als Skizze öffnen…</translation>
    </message>
    <message>
        <source>&amp;Save sketch as SVG…</source>
        <translation>&amp;Skizze als SVG speichern…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Clear paper</source>
        <translation>&amp;Papier leeren</translation>
    </message>
    <message>
        <source>C&amp;opy sketch</source>
        <translation>S&amp;kizze kopieren</translation>
    </message>
    <message>
        <source>&amp;Paste picture</source>
        <translation>Bild &amp;einfügen</translation>
    </message>
    <message>
        <source>Select &amp;all strokes</source>
        <translation>&amp;Alle Striche auswählen</translation>
    </message>
    <message>
        <source>&amp;Mirror</source>
        <translation>Spie&amp;geln</translation>
    </message>
    <message>
        <source>P&amp;en</source>
        <translation>&amp;Stift</translation>
    </message>
    <message>
        <source>E&amp;raser</source>
        <translation>&amp;Radierer</translation>
    </message>
    <message>
        <source>Erase &amp;whole strokes</source>
        <translation>&amp;Ganze Striche radieren</translation>
    </message>
    <message>
        <source>&amp;Select strokes</source>
        <translation>Striche aus&amp;wählen</translation>
    </message>
    <message>
        <source>&amp;Thicker</source>
        <translation>&amp;Dicker</translation>
    </message>
    <message>
        <source>Thicker pen</source>
        <translation>Dickerer Stift</translation>
    </message>
    <message>
        <source>T&amp;hinner</source>
        <translation>Dü&amp;nner</translation>
    </message>
    <message>
        <source>Thinner pen</source>
        <translation>Dünnerer Stift</translation>
    </message>
    <message>
        <source>Pen &amp;pressure</source>
        <translation>Stiftdr&amp;uck</translation>
    </message>
    <message>
        <source>Let the line&apos;s width follow how hard the pen presses</source>
        <translation>Die Strichbreite folgt dem Druck des Stifts</translation>
    </message>
    <message>
        <source>Trace a ph&amp;oto…</source>
        <translation>Ein F&amp;oto abpausen…</translation>
    </message>
    <message>
        <source>T&amp;ake the traced photo away</source>
        <translation>Abgep&amp;austes Foto wegnehmen</translation>
    </message>
    <message>
        <source>&amp;Keep the last drawings</source>
        <translation>&amp;Letzte Zeichnungen behalten</translation>
    </message>
    <message>
        <source>Remo&amp;ve all kept drawings…</source>
        <translation>Alle behaltenen Zeichnungen ent&amp;fernen…</translation>
    </message>
    <message>
        <source>&amp;What is left out and kept…</source>
        <translation>&amp;Was ausgelassen und behalten wird…</translation>
    </message>
    <message>
        <source>&amp;Learn from my drawings</source>
        <translation>Aus &amp;meinen Zeichnungen lernen</translation>
    </message>
    <message>
        <source>Find better what you have drawn and found before; it all stays on this computer</source>
        <translation>Besser finden, was schon einmal gezeichnet und gefunden wurde; alles bleibt auf diesem Computer</translation>
    </message>
    <message>
        <source>&amp;Forget what was learned…</source>
        <translation>Gelerntes &amp;vergessen…</translation>
    </message>
    <message>
        <source>&amp;Look for new photos</source>
        <translation>&amp;Nach neuen Fotos suchen</translation>
    </message>
    <message>
        <source>&amp;Read all photos again</source>
        <translation>Alle Fotos erneut &amp;lesen</translation>
    </message>
    <message>
        <source>Read every photo, for changes that do not show in its size and date</source>
        <translation>Jedes Foto lesen, um auch Änderungen zu finden, die an Größe und Datum nicht zu sehen sind</translation>
    </message>
    <message>
        <source>&amp;Skipped files…</source>
        <translation>Über&amp;sprungene Dateien…</translation>
    </message>
    <message>
        <source>Forget &amp;missing photos now</source>
        <translation>&amp;Fehlende Fotos jetzt vergessen</translation>
    </message>
    <message>
        <source>&amp;Forget this folder…</source>
        <translation>Diesen &amp;Ordner vergessen…</translation>
    </message>
    <message>
        <source>Index &amp;gently</source>
        <translation>S&amp;chonend indizieren</translation>
    </message>
    <message>
        <source>Leave half of the computer to other programs, as on battery</source>
        <translation>Die Hälfte der Rechenleistung anderen Programmen lassen, etwa im Akkubetrieb</translation>
    </message>
    <message>
        <source>Use another &amp;encoder…</source>
        <translation>Anderen &amp;Encoder verwenden…</translation>
    </message>
    <message>
        <source>Use the s&amp;hipped encoder</source>
        <translation>&amp;Mitgelieferten Encoder verwenden</translation>
    </message>
    <message>
        <source>&amp;Different guesses first</source>
        <translation>&amp;Verschiedene Vermutungen zuerst</translation>
    </message>
    <message>
        <source>&amp;Best first</source>
        <translation>&amp;Beste zuerst</translation>
    </message>
    <message>
        <source>Show the best matches first, rather than different guesses</source>
        <translation>Die besten Treffer zuerst zeigen statt verschiedener Vermutungen</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>&amp;Protokoll</translation>
    </message>
    <message>
        <source>L&amp;icences</source>
        <translation>&amp;Lizenzen</translation>
    </message>
    <message>
        <source>&amp;Newest first</source>
        <translation>&amp;Neueste zuerst</translation>
    </message>
    <message>
        <source>Show the best matches by date, newest first</source>
        <translation>Die besten Treffer nach Datum zeigen, die neuesten zuerst</translation>
    </message>
    <message>
        <source>&amp;Wider paper</source>
        <translation>&amp;Papier breiter</translation>
    </message>
    <message>
        <source>Wider &amp;photos</source>
        <translation>&amp;Fotos breiter</translation>
    </message>
    <message>
        <source>&amp;About FFMLN</source>
        <translation>Ü&amp;ber FFMLN</translation>
    </message>
    <message>
        <source>Like the &amp;system</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Draw</source>
        <translation>&amp;Zeichnen</translation>
    </message>
    <message>
        <source>&amp;Photos</source>
        <translation>&amp;Fotos</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>&amp;Erscheinungsbild</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
</context>
<context>
    <name>background</name>
    <message>
        <source>Something unexpected happened: %1</source>
        <translation>Etwas Unerwartetes ist geschehen: %1</translation>
    </message>
</context>
<context>
    <name>collection</name>
    <message>
        <source>not reachable now: %1</source>
        <translation>gerade nicht erreichbar: %1</translation>
    </message>
    <message>
        <source>connecting…</source>
        <translation>wird verbunden…</translation>
    </message>
    <message>
        <source>connected, %1</source>
        <translation>verbunden, %1</translation>
    </message>
    <message>
        <source>not searched</source>
        <translation>wird nicht durchsucht</translation>
    </message>
    <message>
        <source>not set up</source>
        <translation>nicht eingerichtet</translation>
    </message>
    <message>
        <source>It holds %1, by the encoder %2.</source>
        <translation>Die Sammlung enthält %1, indiziert mit dem Encoder %2.</translation>
    </message>
    <message>
        <source>Shared collection: not reachable now. It is tried again.</source>
        <translation>Gemeinsame Sammlung: gerade nicht erreichbar. Es wird wieder versucht.</translation>
    </message>
    <message>
        <source>Shared collection: connecting…</source>
        <translation>Gemeinsame Sammlung: wird verbunden…</translation>
    </message>
    <message>
        <source>Shared collection: %1. It is told what you draw, in numbers; photos stay here.</source>
        <translation>Gemeinsame Sammlung: %1. Zeichnungen gehen als Zahlen dorthin; Fotos bleiben hier.</translation>
    </message>
</context>
<context>
    <name>desktop</name>
    <message>
        <source>No program on this computer opens {name}.</source>
        <translation>Kein Programm auf diesem Computer öffnet {name}.</translation>
    </message>
    <message>
        <source>The folder {folder} is not there now.</source>
        <translation>Der Ordner {folder} ist gerade nicht da.</translation>
    </message>
    <message>
        <source>No file manager opens the folder {folder}.</source>
        <translation>Keine Dateiverwaltung öffnet den Ordner {folder}.</translation>
    </message>
    <message>
        <source>It is not a file on this computer: copy the picture and paste it, or save it first.</source>
        <translation>Das ist keine Datei auf diesem Computer: Kopieren Sie das Bild und fügen Sie es ein, oder speichern Sie es zuerst.</translation>
    </message>
    <message>
        <source>{name} is not in its folder any more.</source>
        <translation>{name} liegt nicht mehr in seinem Ordner.</translation>
    </message>
</context>
<context>
    <name>details</name>
    <message>
        <source>Date of the file: %1</source>
        <translation>Datum der Datei: %1</translation>
    </message>
</context>
<context>
    <name>engine</name>
    <message>
        <source>There is no folder {folder}.</source>
        <translation>Den Ordner {folder} gibt es nicht.</translation>
    </message>
    <message>
        <source>{folder} is not a folder.</source>
        <translation>{folder} ist kein Ordner.</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be read: {reason}.</source>
        <translation>Der Ordner {folder} lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>The catalog {path} cannot be used: it is not a file.</source>
        <translation>Der Katalog {path} lässt sich nicht verwenden: Er ist keine Datei.</translation>
    </message>
    <message>
        <source>The catalog {path} cannot be used: {reason}.</source>
        <translation>Der Katalog {path} lässt sich nicht verwenden: {reason}.</translation>
    </message>
    <message>
        <source>The catalog {path} was made by a newer version of this program: please update.</source>
        <translation>Der Katalog {path} stammt von einer neueren Version dieses Programms: Bitte das Programm aktualisieren.</translation>
    </message>
    <message>
        <source>The photo library is closed.</source>
        <translation>Die Fotobibliothek ist geschlossen.</translation>
    </message>
    <message>
        <source>This program is indexing photos already, in another window or terminal: let it finish.</source>
        <translation>Dieses Programm indiziert schon Fotos, in einem anderen Fenster oder Terminal: Bitte das Ende abwarten.</translation>
    </message>
    <message>
        <source>There is no model file {path}.</source>
        <translation>Die Modelldatei {path} gibt es nicht.</translation>
    </message>
    <message>
        <source>{path} is not a model this program can run.</source>
        <translation>{path} ist kein Modell, das dieses Programm ausführen kann.</translation>
    </message>
    <message>
        <source>The model {model} cannot be run on a picture.</source>
        <translation>Das Modell {model} lässt sich auf kein Bild anwenden.</translation>
    </message>
    <message>
        <source>{path} cannot be used as a sketch: {reason}</source>
        <translation>{path} ist als Skizze nicht brauchbar: {reason}</translation>
    </message>
    <message>
        <source>the file is empty.</source>
        <translation>die Datei ist leer.</translation>
    </message>
    <message>
        <source>{format} files are not read: save the picture as JPEG or PNG.</source>
        <translation>{format}-Dateien werden nicht gelesen: Bitte das Bild als JPEG oder PNG speichern.</translation>
    </message>
    <message>
        <source>{size} pixels are too many: reading them takes {need} MB.</source>
        <translation>{size} Pixel sind zu viele: Das Lesen braucht {need} MB.</translation>
    </message>
    <message>
        <source>{size} pixels do not fit into memory now: reading them takes {need} MB, and {free} MB can be had.</source>
        <translation>{size} Pixel passen derzeit nicht in den Speicher: Das Lesen braucht {need} MB, frei sind {free} MB.</translation>
    </message>
    <message>
        <source>it is not a picture this program can read.</source>
        <translation>es ist kein Bild, das dieses Programm lesen kann.</translation>
    </message>
    <message>
        <source>there is no such file.</source>
        <translation>diese Datei gibt es nicht.</translation>
    </message>
    <message>
        <source>it cannot be read: {reason}.</source>
        <translation>die Datei lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>the file is incomplete: only {share}% of the picture is there.</source>
        <translation>die Datei ist unvollständig: nur {share}% des Bildes sind da.</translation>
    </message>
    <message>
        <source>the file is incomplete: {share}% of the picture is there.</source>
        <translation>die Datei ist unvollständig: {share}% des Bildes sind da.</translation>
    </message>
    <message>
        <source>the file is incomplete: all of the picture is there, in less detail.</source>
        <translation>die Datei ist unvollständig: das Bild ist ganz da, aber weniger scharf.</translation>
    </message>
    <message>
        <source>the file is damaged.</source>
        <translation>die Datei ist beschädigt.</translation>
    </message>
    <message>
        <source>The folder {folder} does not answer: check its drive or network.</source>
        <translation>Der Ordner {folder} antwortet nicht: Bitte Laufwerk oder Netzwerk prüfen.</translation>
    </message>
    <message>
        <source>The folder {within} does not lie in {folder}.</source>
        <translation>Der Ordner {within} liegt nicht in {folder}.</translation>
    </message>
    <message>
        <source>{where} lie on different drives: search one at a time.</source>
        <translation>{where} liegen auf verschiedenen Laufwerken: Bitte einzeln durchsuchen.</translation>
    </message>
    <message>
        <source>The system watches no more folders: {folder} is looked at every few seconds instead.</source>
        <translation>Das System überwacht keine weiteren Ordner: Stattdessen wird alle paar Sekunden in {folder} nachgesehen.</translation>
    </message>
    <message>
        <source>The folder {folder} lies on a network: it is looked at every few seconds.</source>
        <translation>Der Ordner {folder} liegt in einem Netzwerk: Dort wird alle paar Sekunden nachgesehen.</translation>
    </message>
    <message>
        <source>The data folder {folder} cannot be created: there is no such home folder.</source>
        <translation>Der Datenordner {folder} lässt sich nicht anlegen: Einen solchen Benutzerordner gibt es nicht.</translation>
    </message>
    <message>
        <source>The data folder {folder} cannot be created: {reason}.</source>
        <translation>Der Datenordner {folder} lässt sich nicht anlegen: {reason}.</translation>
    </message>
    <message>
        <source>The data folder {folder} cannot be written to.</source>
        <translation>In den Datenordner {folder} lässt sich nicht schreiben.</translation>
    </message>
    <message>
        <source>{path} is damaged or not a catalog of this program: move it away, and photos are indexed again.</source>
        <translation>{path} ist beschädigt oder kein Katalog dieses Programms: Bitte die Datei verschieben, dann werden die Fotos neu indiziert.</translation>
    </message>
    <message>
        <source>The catalog {path} cannot be written: {reason}.</source>
        <translation>Der Katalog {path} lässt sich nicht schreiben: {reason}.</translation>
    </message>
    <message>
        <source>The vectors in {folder} cannot be written: {reason}.</source>
        <translation>Die Vektoren in {folder} lassen sich nicht schreiben: {reason}.</translation>
    </message>
    <message>
        <source>The vectors in {path} cannot be read: {reason}.</source>
        <translation>Die Vektoren in {path} lassen sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>The catalog {path} was deleted, replaced or cut while it was in use: start again.</source>
        <translation>Der Katalog {path} wurde gelöscht, ersetzt oder gekürzt, während er in Gebrauch war: Bitte das Programm neu starten.</translation>
    </message>
    <message>
        <source>The catalog {path} did not keep what was indexed: start again.</source>
        <translation>Der Katalog {path} hat nicht behalten, was indiziert wurde: Bitte das Programm neu starten.</translation>
    </message>
    <message>
        <source>Nothing is remembered of the folder {folder}.</source>
        <translation>Von dem Ordner {folder} ist nichts bekannt.</translation>
    </message>
    <message>
        <source>The photos in {folder} are remembered as part of {above}.</source>
        <translation>Die Fotos in {folder} sind als Teil von {above} bekannt.</translation>
    </message>
    <message>
        <source>There is no home folder that {address} could lie in.</source>
        <translation>Es gibt keinen Benutzerordner, in dem {address} liegen könnte.</translation>
    </message>
    <message>
        <source>The pattern {pattern} means nothing: write it as in a .gitignore file.</source>
        <translation>Das Muster {pattern} bedeutet nichts: Bitte wie in einer .gitignore-Datei schreiben.</translation>
    </message>
    <message>
        <source>The lock file {path} cannot be used: {reason}.</source>
        <translation>Die Sperrdatei {path} lässt sich nicht verwenden: {reason}.</translation>
    </message>
    <message>
        <source>What was learned, {path}, cannot be used: {reason}.</source>
        <translation>Was gelernt wurde, {path}, lässt sich nicht verwenden: {reason}.</translation>
    </message>
    <message>
        <source>The collection at {address} does not answer: {reason}.</source>
        <translation>Die Sammlung unter {address} antwortet nicht: {reason}.</translation>
    </message>
    <message>
        <source>The collection at {address} cannot be used: {reason}.</source>
        <translation>Die Sammlung unter {address} lässt sich nicht verwenden: {reason}.</translation>
    </message>
    <message>
        <source>The collection at {address} does not let you in: check {variable}.</source>
        <translation>Die Sammlung unter {address} lässt Sie nicht ein: Prüfen Sie {variable}.</translation>
    </message>
    <message>
        <source>The collection {address} is open in another program: let it finish, or use a server.</source>
        <translation>Die Sammlung {address} ist in einem anderen Programm geöffnet: Lassen Sie es fertig werden, oder nehmen Sie einen Server.</translation>
    </message>
    <message>
        <source>{address} is no collection&apos;s address: give http://HOST:19530, or for one machine a .db file or a folder.</source>
        <translation>{address} ist keine Adresse einer Sammlung: Geben Sie http://RECHNER:19530 an, oder für einen Rechner allein eine Datei mit der Endung .db oder einen Ordner.</translation>
    </message>
    <message>
        <source>{address} lies on a network: a collection there needs a server, http://HOST:19530.</source>
        <translation>{address} liegt in einem Netz: Dort braucht eine Sammlung einen Server, http://RECHNER:19530.</translation>
    </message>
    <message>
        <source>A collection in Milvus needs the optional package pymilvus: install ffmln with the extra `server`.</source>
        <translation>Eine Sammlung in Milvus braucht das optionale Paket pymilvus: Installieren Sie ffmln mit dem Extra `server`.</translation>
    </message>
    <message>
        <source>A collection in a file needs the optional package milvus-lite: install it with pip.</source>
        <translation>Eine Sammlung in einer Datei braucht das optionale Paket milvus-lite: Installieren Sie es mit pip.</translation>
    </message>
    <message>
        <source>There is no collection at {address} yet: send photos there with `ffmln index --store`.</source>
        <translation>Bei {address} gibt es noch keine Sammlung: Tragen Sie dort Fotos mit `ffmln index --store` ein.</translation>
    </message>
    <message>
        <source>The collection at {address} holds photos by another encoder ({other}), and none by {model}, which is used here.</source>
        <translation>Die Sammlung unter {address} enthält Fotos, die mit einem anderen Encoder ({other}) indiziert sind, aber keine mit {model}, der hier verwendet wird.</translation>
    </message>
    <message>
        <source>The collection cannot be used: {reason}.</source>
        <translation>Die Sammlung lässt sich nicht verwenden: {reason}.</translation>
    </message>
    <message>
        <source>There is no thumbnail of {name} here.</source>
        <translation>Von {name} gibt es hier kein Vorschaubild.</translation>
    </message>
    <message>
        <source>{name} lies on another machine, {host}, in {folder}.</source>
        <translation>{name} liegt auf einem anderen Rechner, {host}, in {folder}.</translation>
    </message>
    <message>
        <source>Thumbnails cannot be left in {folder}: {reason}.</source>
        <translation>In {folder} lassen sich keine Vorschaubilder ablegen: {reason}.</translation>
    </message>
    <message>
        <source>{name} cannot name a machine: use letters, digits, dots and hyphens.</source>
        <translation>{name} kann kein Rechnername sein: Bitte nur Buchstaben, Ziffern, Punkte und Bindestriche verwenden.</translation>
    </message>
    <message>
        <source>{path} cannot be used: it lacks the description that `ffmln-train export` writes into a model.</source>
        <translation>{path} ist nicht brauchbar: Es fehlt die Beschreibung, die `ffmln-train export` in ein Modell schreibt.</translation>
    </message>
    <message>
        <source>The model {model} gave vectors of another shape than its file declares.</source>
        <translation>Das Modell {model} lieferte Vektoren von anderer Form, als seine Datei angibt.</translation>
    </message>
    <message>
        <source>The model {model} takes too long over one picture.</source>
        <translation>Das Modell {model} braucht zu lange für ein Bild.</translation>
    </message>
    <message>
        <source>it is not an SVG drawing this program can read.</source>
        <translation>es ist keine SVG-Zeichnung, die dieses Programm lesen kann.</translation>
    </message>
    <message>
        <source>this SVG drawing is too large or too deeply nested.</source>
        <translation>diese SVG-Zeichnung ist zu groß oder zu tief verschachtelt.</translation>
    </message>
    <message>
        <source>SVG drawings cannot be painted here: a system library that Qt needs is missing.</source>
        <translation>SVG-Zeichnungen lassen sich hier nicht malen: eine Systembibliothek, die Qt braucht, fehlt.</translation>
    </message>
    <message>
        <source>painting this SVG drawing takes too long.</source>
        <translation>das Darstellen dieser SVG-Zeichnung dauert zu lange.</translation>
    </message>
    <message>
        <source>more came through the pipe than a picture can hold.</source>
        <translation>aus der Pipe kam mehr, als ein Bild haben kann.</translation>
    </message>
    <message>
        <source>the picture did not come through the pipe in time.</source>
        <translation>das Bild kam nicht rechtzeitig aus der Pipe.</translation>
    </message>
    <message>
        <source>{path} cannot be used as a photo: {reason}</source>
        <translation>{path} ist als Foto nicht brauchbar: {reason}</translation>
    </message>
    <message>
        <source>it is a folder or a device, not a file.</source>
        <translation>es ist ein Ordner oder ein Gerät, keine Datei.</translation>
    </message>
    <message>
        <source>PDF files are not read: save the page as JPEG or PNG.</source>
        <translation>PDF-Dateien werden nicht gelesen: Bitte die Seite als JPEG oder PNG speichern.</translation>
    </message>
    <message>
        <source>{format} files need the optional package {package}: install ffmln with the extra `{extra}`, or save the picture as JPEG.</source>
        <translation>{format}-Dateien brauchen das zusätzliche Paket {package}: Bitte ffmln mit dem Extra `{extra}` installieren oder das Bild als JPEG speichern.</translation>
    </message>
    <message>
        <source>there was not enough memory to read it.</source>
        <translation>der Speicher reichte nicht aus, um die Datei zu lesen.</translation>
    </message>
    <message>
        <source>the file is incomplete: its end is missing.</source>
        <translation>die Datei ist unvollständig: das Ende fehlt.</translation>
    </message>
    <message>
        <source>the program stopped each time it read this photo.</source>
        <translation>das Programm brach jedes Mal ab, wenn es dieses Foto las.</translation>
    </message>
    <message>
        <source>it is in the cloud alone: download it first.</source>
        <translation>die Datei liegt nur in der Cloud: Bitte erst herunterladen.</translation>
    </message>
    <message>
        <source>it changed while it was read; it is tried again with the next refresh.</source>
        <translation>die Datei hat sich beim Lesen verändert; sie wird beim nächsten Durchgang erneut gelesen.</translation>
    </message>
    <message>
        <source>reading it took too long; it is tried again with the next refresh.</source>
        <translation>das Lesen dauerte zu lange; beim nächsten Mal wird es wieder versucht.</translation>
    </message>
    <message>
        <source>decoding it took more than 20 minutes.</source>
        <translation>das Dekodieren dauerte länger als 20 Minuten.</translation>
    </message>
    <message>
        <source>the folder cannot be listed: {reason}.</source>
        <translation>der Ordner lässt sich nicht auflisten: {reason}.</translation>
    </message>
    <message>
        <source>the encoder gave no usable vector for this photo.</source>
        <translation>der Encoder lieferte für dieses Foto keinen brauchbaren Vektor.</translation>
    </message>
    <message>
        <source>it cannot be listed</source>
        <translation>der Inhalt lässt sich nicht auflisten</translation>
    </message>
    <message>
        <source>unknown error</source>
        <translation>unbekannter Fehler</translation>
    </message>
    <message>
        <source>permission denied</source>
        <translation>keine Berechtigung</translation>
    </message>
    <message>
        <source>input/output error</source>
        <translation>Ein-/Ausgabefehler</translation>
    </message>
    <message>
        <source>no space left on device</source>
        <translation>auf dem Datenträger ist kein Platz mehr</translation>
    </message>
    <message>
        <source>read-only file system</source>
        <translation>der Datenträger ist schreibgeschützt</translation>
    </message>
    <message>
        <source>operation not permitted</source>
        <translation>nicht erlaubt</translation>
    </message>
    <message>
        <source>no such file or directory</source>
        <translation>diese Datei oder diesen Ordner gibt es nicht</translation>
    </message>
    <message>
        <source>file too large</source>
        <translation>die Datei ist zu groß</translation>
    </message>
    <message>
        <source>file name too long</source>
        <translation>der Dateiname ist zu lang</translation>
    </message>
    <message>
        <source>is a directory</source>
        <translation>das ist ein Ordner</translation>
    </message>
    <message>
        <source>not a directory</source>
        <translation>das ist kein Ordner</translation>
    </message>
    <message>
        <source>too many levels of symbolic links</source>
        <translation>zu viele symbolische Links hintereinander</translation>
    </message>
    <message>
        <source>too many open files</source>
        <translation>zu viele offene Dateien</translation>
    </message>
    <message>
        <source>cannot allocate memory</source>
        <translation>nicht genug Arbeitsspeicher</translation>
    </message>
    <message>
        <source>device or resource busy</source>
        <translation>das Gerät ist gerade belegt</translation>
    </message>
    <message>
        <source>no such device</source>
        <translation>dieses Gerät gibt es nicht</translation>
    </message>
    <message>
        <source>connection timed out</source>
        <translation>keine Antwort in der erwarteten Zeit</translation>
    </message>
    <message>
        <source>database or disk is full</source>
        <translation>die Datenbank oder der Datenträger ist voll</translation>
    </message>
    <message>
        <source>disk I/O error</source>
        <translation>Ein-/Ausgabefehler des Datenträgers</translation>
    </message>
    <message>
        <source>unable to open database file</source>
        <translation>die Datenbank lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>attempt to write a readonly database</source>
        <translation>die Datenbank ist schreibgeschützt</translation>
    </message>
    <message>
        <source>its path is too long for Windows</source>
        <translation>der Pfad ist zu lang für Windows</translation>
    </message>
    <message>
        <source>no Milvus server can be reached there</source>
        <translation>dort ist kein Milvus-Server zu erreichen</translation>
    </message>
</context>
<context>
    <name>file kinds</name>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
</context>
<context>
    <name>phrases</name>
    <message>
        <source>No photo is missing.</source>
        <translation>Es fehlt kein Foto.</translation>
    </message>
    <message>
        <source>%1 of %2 copies</source>
        <translation>%1 von %2 Kopien</translation>
    </message>
    <message>
        <source>%1 of %2 of this moment</source>
        <translation>%1 von %2 dieses Moments</translation>
    </message>
    <message>
        <source>d MMMM yyyy</source>
        <translation>d. MMMM yyyy</translation>
    </message>
    <message>
        <source>MMMM yyyy</source>
        <translation>MMMM yyyy</translation>
    </message>
    <message>
        <source>%1, newest of the best first</source>
        <translation>%1, unter den besten die neuesten zuerst</translation>
    </message>
    <message>
        <source>%1, best match first</source>
        <translation>%1, beste Treffer zuerst</translation>
    </message>
    <message>
        <source>%1, different guesses first</source>
        <translation>%1, verschiedene Vermutungen zuerst</translation>
    </message>
    <message>
        <source>%1 and those of other machines, newest first</source>
        <translation>%1 und die anderer Rechner, neueste zuerst</translation>
    </message>
    <message>
        <source>Photos of other machines, newest first</source>
        <translation>Fotos anderer Rechner, neueste zuerst</translation>
    </message>
    <message>
        <source>%1, newest first</source>
        <translation>%1, neueste zuerst</translation>
    </message>
    <message>
        <source>Strong match</source>
        <translation>Starker Treffer</translation>
    </message>
    <message>
        <source>Fair match</source>
        <translation>Mäßiger Treffer</translation>
    </message>
    <message>
        <source>Weak match</source>
        <translation>Schwacher Treffer</translation>
    </message>
    <message>
        <source>Nothing here fits well: try its outline, or lay a photo beside it.</source>
        <translation>Hier passt nichts gut: den Umriss zeichnen oder ein Foto danebenlegen.</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>noch weniger als eine Minute</translation>
    </message>
    <message>
        <source>Looking for photos: %1 found</source>
        <translation>Fotos werden gesucht: %1 gefunden</translation>
    </message>
    <message>
        <source>Arranging the index</source>
        <translation>Der Index wird geordnet</translation>
    </message>
    <message>
        <source>Looking up when photos were taken</source>
        <translation>Aufnahmezeiten werden gelesen</translation>
    </message>
    <message>
        <source>Indexing %1 of %2</source>
        <translation>Indizierung: %1 von %2</translation>
    </message>
    <message>
        <source>Your photos never leave this computer and are never changed.</source>
        <translation>Ihre Fotos verlassen diesen Computer nie und werden nie verändert.</translation>
    </message>
    <message>
        <source>The language changes when FFMLN starts again.</source>
        <translation>Die Sprache wechselt beim nächsten Start von FFMLN.</translation>
    </message>
</context>
<context>
    <name>placeholders</name>
    <message>
        <source>These photos cannot be searched now</source>
        <translation>Diese Fotos lassen sich gerade nicht durchsuchen</translation>
    </message>
    <message>
        <source>The line below says why.</source>
        <translation>Die Zeile unten sagt, warum.</translation>
    </message>
    <message>
        <source>You can begin to draw.</source>
        <translation>Das Zeichnen kann schon beginnen.</translation>
    </message>
    <message>
        <source>Opening %1</source>
        <translation>Wird geöffnet: %1</translation>
    </message>
    <message>
        <source>No photos here</source>
        <translation>Keine Fotos hier</translation>
    </message>
    <message>
        <source>The time or the folders chosen below leave out every photo.</source>
        <translation>Die unten gewählte Zeit oder die gewählten Ordner lassen kein Foto übrig.</translation>
    </message>
    <message>
        <source>No photo lies in the folders that are switched on.</source>
        <translation>In den eingeschalteten Ordnern liegt kein Foto.</translation>
    </message>
    <message>
        <source>A few lines are enough: outlines matter, shading and colour do not.</source>
        <translation>Wenige Striche genügen: Umrisse zählen, Schattierung und Farbe nicht.</translation>
    </message>
    <message>
        <source>Searching</source>
        <translation>Suche läuft</translation>
    </message>
    <message>
        <source>The photos in %1 come up in a moment</source>
        <translation>Die Fotos in %1 erscheinen gleich</translation>
    </message>
    <message>
        <source>The photos in %1 come up as they are indexed</source>
        <translation>Die Fotos in %1 erscheinen, sobald sie indiziert sind</translation>
    </message>
    <message>
        <source>No photo in %1 can be read</source>
        <translation>Kein Foto in %1 lässt sich lesen</translation>
    </message>
    <message>
        <source>No photos found in %1</source>
        <translation>Keine Fotos in %1 gefunden</translation>
    </message>
    <message>
        <source>Choose a folder that holds photos, in itself or in folders within it.</source>
        <translation>Bitte einen Ordner wählen, der Fotos enthält, direkt oder in Unterordnern.</translation>
    </message>
    <message>
        <source>The photos in %1 wait for another window or terminal</source>
        <translation>Die Fotos in %1 warten auf ein anderes Fenster oder Terminal</translation>
    </message>
    <message>
        <source>They come up here once it has finished indexing.</source>
        <translation>Sie erscheinen hier, sobald dort fertig indiziert ist.</translation>
    </message>
    <message>
        <source>The photos in %1 are not indexed yet</source>
        <translation>Die Fotos in %1 sind noch nicht indiziert</translation>
    </message>
    <message>
        <source>Continue indexing, and they come up here.</source>
        <translation>„Weiter indizieren“ bringt sie hierher.</translation>
    </message>
</context>
</TS>
