@echo off
rem Windows: what "make run" is elsewhere. Sets up .venv once, for this user only, then runs "policy run" with the options given.
rem   run.cmd                    run.cmd --dry-run                    set TODAY=2026-11-24 (before it)
rem "run.cmd /setup FILE" sets up for FILE and stops; test.cmd uses it.
setlocal
cd /d "%~dp0"
set "VENV_PYTHON=.venv\Scripts\python.exe"
set "REQUIREMENTS=requirements.txt"
if /i "%~1"=="/setup" set "REQUIREMENTS=%~2"
set "READY=.venv\ready-%REQUIREMENTS%"

if not exist "%READY%" goto setup
fc /b "%REQUIREMENTS%" "%READY%" >nul 2>&1 || goto setup
"%VENV_PYTHON%" -c "" >nul 2>&1 || goto setup
goto ready

:setup
echo Setting up in .venv: one to three minutes, only once ... 1>&2
if exist ".venv\ready-*" if exist "%VENV_PYTHON%" goto install
rem A .venv without a "ready" file was interrupted: it is made again.
if exist .venv rmdir /s /q .venv
set "CHOSEN=py -3"
%CHOSEN% -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))" >nul 2>&1 && goto create
set "CHOSEN=python"
%CHOSEN% -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))" >nul 2>&1 && goto create
echo Python 3.11 or newer is needed and was not found. Get it from python.org and choose "Install Now": that needs no 1>&2
echo administrator. Then open a new window and run this again. 1>&2
exit /b 1

:create
%CHOSEN% -m venv .venv || goto failed

:install
del /q ".venv\ready-*" >nul 2>&1
set "PIP_INSTALL=%VENV_PYTHON% -m pip install --quiet --no-input --disable-pip-version-check --progress-bar off"
%PIP_INSTALL% --require-hashes --only-binary :all: -r "%REQUIREMENTS%" || goto failed
%PIP_INSTALL% --no-index --no-deps --no-build-isolation -e . || goto failed
rem What the tests need contains what the program needs: such a set-up is ready for both.
copy /b /y requirements.txt ".venv\ready-requirements.txt" >nul || goto failed
copy /b /y "%REQUIREMENTS%" "%READY%" >nul || goto failed

:ready
if /i "%~1"=="/setup" exit /b 0
set "TODAY_OPTION="
if defined TODAY set "TODAY_OPTION=--today %TODAY%"
"%VENV_PYTHON%" -m pipeline %TODAY_OPTION% run %*
set "CODE=%ERRORLEVEL%"
rem Started with a double click, the window would close before anybody has read it; a scheduled task must end in time.
echo "%CMDCMDLINE%" | find /i "%~nx0" >nul && timeout /t 600
exit /b %CODE%

:failed
echo The set-up did not finish: the lines above say why. Is there an internet connection? Then run this again. 1>&2
exit /b 1
