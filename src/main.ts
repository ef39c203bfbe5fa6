// The composition root: the only file that sees the process. It hands the streams, the environment and the end of the
// command to whoever runs, and turns what comes back into an exit code.
import { Ending } from './commands/verb.ts';
import { ExitCode } from './errors.ts';
import { nodeReader } from './streams/reader.ts';
import { nodeWriter } from './streams/writer.ts';
import { systemClock } from './system/clock.ts';
import type { Host } from './system/host.ts';
import { version } from './version.ts';

const host: Host = {
  env: process.env,
  home: process.env['HOME'] || process.env['USERPROFILE'] || undefined,
  cwd: process.cwd(),
  platform: process.platform,
  uid: process.geteuid?.(),
};
const out = nodeWriter(process.stdout);
const err = nodeWriter(process.stderr);
const ended = new AbortController();

const signals = { SIGINT: ExitCode.interrupt, SIGTERM: ExitCode.terminated, SIGHUP: ExitCode.hangup } as const;
for (const [signal, code] of Object.entries(signals)) {
  process.on(signal, () => {
    // The second one is meant.
    if (ended.signal.aborted) process.exit(code);
    ended.abort(new Ending(`ended by ${signal}`, code));
  });
}
// A reader that went away ends everything quietly; a disk that is full is an error, because the answer is lost.
const lost = (): string | undefined => {
  const reason: NodeJS.ErrnoException | undefined = out.closed.aborted ? out.closed.reason : undefined;
  return reason?.code === undefined || reason.code === 'EPIPE' ? undefined : reason.code;
};
out.closed.addEventListener(
  'abort',
  () => {
    const code = lost() === undefined ? ExitCode.closed : ExitCode.failure;
    ended.abort(new Ending('stdout was closed', code));
  },
  { once: true },
);

const { execute } = await import('./commands/execute.ts');
const code = await execute(process.argv.slice(2), {
  io: { in: nodeReader(process.stdin), out, err },
  host,
  clock: systemClock(),
  signal: ended.signal,
  kill: (pid, signal) => process.kill(pid, signal),
  version,
});
// Written out before the end, which does not wait for sockets that a dead server keeps half open.
const flushed = (stream: NodeJS.WriteStream) =>
  new Promise<void>((resolve) => {
    if (stream.destroyed || stream.writableEnded) resolve();
    else stream.write('', () => resolve());
  });
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
const why = lost();
if (why !== undefined) {
  await err.write(`error: cannot write the output: ${why}\n`);
  await flushed(process.stderr);
}
process.exit(why === undefined ? code : ExitCode.failure);
