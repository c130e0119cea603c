"""The commands laid out in a new workspace: ``run`` and ``serve``, to be typed or double-clicked where they lie.

Each goes to its own folder, starts the program from the environment that laid the workspace out, and falls back to a
``policy`` on the path where that environment is gone. The ``.cmd`` files are the same for Windows.
"""

import re
import shlex

LAUNCHERS = {"run": "run", "serve": "serve --open"}
"""The name of each command, and what it asks of the program."""
_PURPOSE = {
    "run": "Does the day's work of this school.",
    "serve": "Serves the dashboard and the pages for staff, runs every day, and opens the browser.",
}

_SHELL = """\
#!/bin/sh
# {purpose} Options are passed on, such as: {name} --help
cd "$(dirname "$0")" || exit 1
python={python}
if "$python" -P -c 'import pipeline' 2>/dev/null; then
    "$python" -P -m pipeline {command} "$@"
elif command -v policy >/dev/null 2>&1; then
    policy {command} "$@"
else
    echo "The program is not at $python any more. Put its folder back, or write into {name}, behind python=, where" >&2
    echo "it is now: the file .venv/bin/python in the program's folder." >&2
    (exit 3)
fi
code=$?
# Started with a double click, the window would close before anybody has read it.
case "$(ps -o comm= -p "$PPID" 2>/dev/null)" in
*sh | '') ;;
*) if [ -t 0 ] && [ -t 1 ]; then printf 'Press Enter to close this window. '; read -r _; fi ;;
esac
exit "$code"
"""

_WINDOWS = """\
@echo off
rem {purpose} Options are passed on, such as: {name}.cmd --help
setlocal
{code_page}cd /d "%~dp0"
set "PYTHON={python}"
"%PYTHON%" -P -c "import pipeline" >nul 2>&1 && goto here
where policy >nul 2>&1 && goto elsewhere
echo The program is not at %PYTHON% any more. Put its folder back, or write into {name}.cmd, behind PYTHON=, 1>&2
echo where it is now: the file .venv\\Scripts\\python.exe in the program's folder. 1>&2
set "CODE=3"
goto done

:here
"%PYTHON%" -P -m pipeline {command} %*
set "CODE=%ERRORLEVEL%"
goto done

:elsewhere
call policy {command} %*
set "CODE=%ERRORLEVEL%"

:done
rem Started with a double click, the window would close before anybody has read it; a scheduled task must end in time.
echo "%CMDCMDLINE%" | find /i "%~nx0" >nul && timeout /t 600
exit /b %CODE%
"""


def launcher_files(python: str) -> dict[str, bytes]:
    """Return the contents of each file by its name: ``run``, ``run.cmd``, ``serve``, ``serve.cmd``.

    ``python`` is the path of the interpreter that has the program installed.
    """
    files: dict[str, bytes] = {}
    for name, command in LAUNCHERS.items():
        fields = {"name": name, "command": command, "purpose": _PURPOSE[name]}
        files[name] = _SHELL.format(python=shlex.quote(python), **fields).encode("utf-8", "surrogateescape")
        # Windows reads such a file in the code page of the console; only a path of other letters needs another one.
        code_page = "" if python.isascii() else "chcp 65001 >nul\n"
        windows = _WINDOWS.format(python=python.replace("%", "%%"), code_page=code_page, **fields)
        files[f"{name}.cmd"] = windows.replace("\n", "\r\n").encode("utf-8", "replace")
    return files


def typed(path: str, *, windows: bool) -> str:
    """Return a path as it is typed at a prompt, in quotation marks where it needs them."""
    if not windows:
        return shlex.quote(path)
    return f'"{path}"' if re.search(r"[^\w.:\\/~-]", path) else path
