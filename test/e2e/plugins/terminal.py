"""Runs a command on a pseudo terminal: waits for each text and types the answer a second later. Prints what was shown, what
of it between the questions and the answers, the exit code and whether the terminal echoes at the end, as JSON.

    python3 terminal.py '[["Password: ", "word\\n"], …]' COMMAND ARG…
"""
import json
import os
import pty
import select
import sys
import termios
import time

talk = json.loads(sys.argv[1])
main_fd, child_fd = pty.openpty()
pid = os.fork()
if pid == 0:
    os.close(main_fd)
    os.login_tty(child_fd) if hasattr(os, "login_tty") else None
    if not hasattr(os, "login_tty"):
        os.setsid()
        import fcntl

        fcntl.ioctl(child_fd, termios.TIOCSCTTY, 0)
        for fd in (0, 1, 2):
            os.dup2(child_fd, fd)
    os.execvp(sys.argv[2], sys.argv[2:])

shown, meanwhile, asked, answered, deadline = b"", b"", None, 0, time.time() + 60
status = None
while time.time() < deadline:
    ready, _, _ = select.select([main_fd], [], [], 0.1)
    if ready:
        try:
            shown += os.read(main_fd, 65536)
        except OSError:
            pass
    if talk and asked is None:
        at = shown.find(talk[0][0].encode(), answered)
        if at >= 0:
            answered, asked = at + len(talk[0][0]), time.time()
    if asked is not None and time.time() - asked > 1:
        meanwhile += shown[answered:]
        os.write(main_fd, talk.pop(0)[1].encode())
        asked = None
    if status is None:
        done, code = os.waitpid(pid, os.WNOHANG)
        if done:
            status = os.waitstatus_to_exitcode(code)
    elif not ready:
        break
if status is None:
    os.killpg(os.getpgid(pid), 9)
echo = bool(termios.tcgetattr(child_fd)[3] & termios.ECHO)
text = {"shown": shown.decode(errors="replace"), "meanwhile": meanwhile.decode(errors="replace")}
print(json.dumps({**text, "code": status, "echo": echo}))
