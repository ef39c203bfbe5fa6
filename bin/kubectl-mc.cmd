@echo off
where node >nul 2>nul || (echo error: kubectl mc needs Node.js 22.19 or newer, and there is none on PATH 1>&2 & exit /b 1)
node --max-semi-space-size=16 "%~dp0launch.cjs" %*
