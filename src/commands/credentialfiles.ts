import type { CredentialFiles } from '../client/login.ts';
import { ClusterFailure } from '../errors.ts';
import { fileInfo, readText } from '../system/files.ts';

/** Token files as credentials read them: a missing one is an error of its cluster. */
export const credentialFiles: CredentialFiles = {
  async readText(path) {
    const text = await readText(path);
    if (text === undefined) throw missing(path);
    return text;
  },
  async modifiedMs(path) {
    const info = await fileInfo(path);
    if (!info) throw missing(path);
    return info.mtimeMs;
  },
};

function missing(path: string): ClusterFailure {
  return new ClusterFailure({
    type: 'Unauthorized',
    message: `the token file ${path} does not exist`,
    retriable: false,
  });
}
