@echo off
rem Windows: what "make test" is elsewhere. Format, lint, types, then every test with the lines it runs.
setlocal
cd /d "%~dp0"
set "VENV_PYTHON=.venv\Scripts\python.exe"
call run.cmd /setup requirements-dev.txt || exit /b 1
"%VENV_PYTHON%" -m ruff format --check . || exit /b 1
"%VENV_PYTHON%" -m ruff check . || exit /b 1
"%VENV_PYTHON%" -m mypy || exit /b 1
"%VENV_PYTHON%" -m pytest -n 4 --dist worksteal --cov --cov-report=term-missing --cov-fail-under=96
exit /b %ERRORLEVEL%
