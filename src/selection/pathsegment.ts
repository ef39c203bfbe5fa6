/** Why a name cannot be one segment of a URL's path (apimachinery's IsValidPathSegmentName), undefined where it can. */
export function pathSegmentProblem(name: string): string | undefined {
  if (name === '.' || name === '..') return `may not be '${name}'`;
  const sign = /[/%]/.exec(name)?.[0];
  return sign && `may not contain '${sign}'`;
}
