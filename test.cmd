@echo off
rem Windows: what "make test" is elsewhere. Format, lint, types, then every test but the slow ones.
setlocal
cd /d "%~dp0"
set "VENV_PYTHON=.venv\Scripts\python.exe"
call run.cmd /setup requirements-dev.txt || exit /b 1
"%VENV_PYTHON%" -m ruff format --check . || exit /b 1
"%VENV_PYTHON%" -m ruff check . || exit /b 1
"%VENV_PYTHON%" -m mypy || exit /b 1
"%VENV_PYTHON%" -m pytest -n 4 --dist worksteal -m "not slow"
exit /b %ERRORLEVEL%
