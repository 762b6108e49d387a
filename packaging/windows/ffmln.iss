; The installer for Windows, for Inno Setup 6.3 and newer; packaging/windows/make.py calls it. Untried.
; Silent: ffmln-VERSION-setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART [/ALLUSERS or /CURRENTUSER]
; [/DIR="..."] [/TASKS="foldermenu,path"] [/LOG="..."]; uninstalling: unins000.exe /VERYSILENT
#ifndef Version
  #error make.py gives /DVersion, /DBundle, /DRoot and /DOut
#endif

[Setup]
AppId={{6E0C8B52-6C0B-4E5C-9C55-1F3A8D9F7B21}
AppName=FFMLN
AppVersion={#Version}
AppPublisher=The authors of FFMLN
AppComments=Draw, and find your own photos
VersionInfoVersion={#Version}
DefaultDirName={autopf}\FFMLN
DisableProgramGroupPage=yes
DisableDirPage=auto
LicenseFile={#Root}\LICENSE
InfoBeforeFile={#Root}\assets\weights\NOTICE
; for oneself without asking for an administrator; the first page, or /ALLUSERS, decides
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputDir={#Out}
OutputBaseFilename=ffmln-{#Version}-setup
SetupIconFile={#Root}\assets\icons\ffmln.ico
UninstallDisplayIcon={app}\ffmln-window.exe
UninstallDisplayName=FFMLN
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
ChangesEnvironment=yes
ChangesAssociations=yes
CloseApplications=yes
RestartApplications=no
#ifdef Sign
SignTool=sign
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[CustomMessages]
en.FolderMenu="Search by drawing here" in the menu of folders
de.FolderMenu="Hier durch Zeichnen suchen" im Menü von Ordnern
en.FolderVerb=Search by drawing here
de.FolderVerb=Hier durch Zeichnen suchen
en.Path=The command ffmln in the terminal (adds the program to PATH)
de.Path=Der Befehl ffmln im Terminal (das Programm wird in PATH aufgenommen)

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "foldermenu"; Description: "{cm:FolderMenu}"; Flags: unchecked
Name: "path"; Description: "{cm:Path}"; Flags: unchecked

[InstallDelete]
; an update leaves nothing of the version before; state lies elsewhere, in %LOCALAPPDATA%\ffmln, and stays
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
Source: "{#Root}\LICENSE"; DestDir: "{app}"; Flags: ignoreversion
Source: "{#Root}\assets\weights\NOTICE"; DestDir: "{app}"; Flags: ignoreversion

[Icons]
Name: "{autoprograms}\FFMLN"; Filename: "{app}\ffmln-window.exe"; Comment: "Draw, and find your own photos"
Name: "{autodesktop}\FFMLN"; Filename: "{app}\ffmln-window.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\Directory\shell\ffmln"; ValueType: string; ValueData: "{cm:FolderVerb}"; Flags: uninsdeletekey; Tasks: foldermenu
Root: HKA; Subkey: "Software\Classes\Directory\shell\ffmln"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\ffmln-window.exe"; Tasks: foldermenu
Root: HKA; Subkey: "Software\Classes\Directory\shell\ffmln\command"; ValueType: string; ValueData: """{app}\ffmln-window.exe"" ""%1"""; Flags: uninsdeletekey; Tasks: foldermenu
Root: HKA; Subkey: "{code:Environment}"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Check: NotInPath; Tasks: path

[Run]
Filename: "{app}\ffmln-window.exe"; Description: "{cm:LaunchProgram,FFMLN}"; Flags: nowait postinstall skipifsilent

[Code]
function Environment(Unused: String): String;
begin
  if IsAdminInstallMode then
    Result := 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
  else
    Result := 'Environment';
end;

function Entries: String;
begin
  if not RegQueryStringValue(HKA, Environment(''), 'Path', Result) then
    Result := '';
  Result := ';' + Result + ';';
end;

function PlaceInPath: Integer;
begin
  Result := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', Uppercase(Entries));
end;

function NotInPath: Boolean;
begin
  Result := PlaceInPath = 0;
end;

procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
var
  All: String;
begin
  if (CurUninstallStep <> usUninstall) or NotInPath then
    exit;
  All := Entries;
  Delete(All, PlaceInPath, Length(ExpandConstant('{app}')) + 1);
  RegWriteExpandStringValue(HKA, Environment(''), 'Path', Copy(All, 2, Length(All) - 2));
end;
