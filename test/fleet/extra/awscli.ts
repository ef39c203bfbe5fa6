import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';

/**
 * The real `aws` (Debian's awscli, or any other that has `eks get-token`), undefined where this machine has none. It has to work with
 * another HOME, which what version managers put in front of it does not.
 */
export function findAWS(): string | undefined {
  const script = 'command -v pyenv >/dev/null && pyenv which aws 2>/dev/null; command -v aws';
  const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((path) => path.startsWith('/'))
    .find((path) => spawnSync(path, ['--version'], { env: { PATH: '/usr/bin:/bin', HOME: tmpdir() } }).status === 0);
}
