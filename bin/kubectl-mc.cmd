@echo off
where node >nul 2>nul || (echo error: kubectl mc needs Node.js 22.19 or newer, and there is none on PATH 1>&2 & exit /b 1)
node "%~dp0launch.cjs" %*
