/** Which representation an Accept header asks for. */

/** How an answer is to look. */
export type Representation =
  | 'json'
  | 'Table'
  | 'PartialObjectMetadata'
  | 'PartialObjectMetadataList'
  | 'APIGroupDiscoveryList';

/** The first representation of the header that is among `offered`; undefined = 406. No header means JSON. */
export function negotiate(accept: string | undefined, offered: readonly Representation[]): Representation | undefined {
  for (const part of (accept || '*/*').split(',')) {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    if (!['application/json', 'application/*', '*/*'].includes(type)) continue;
    const given = Object.fromEntries(parameters.map((parameter) => parameter.split('=', 2)));
    const form = (given['as'] ?? 'json') as Representation;
    if (!offered.includes(form)) continue;
    const versions = form === 'APIGroupDiscoveryList' ? ['v2'] : ['v1', 'v1beta1'];
    const group = form === 'APIGroupDiscoveryList' ? 'apidiscovery.k8s.io' : 'meta.k8s.io';
    if (form === 'json' || (given['g'] === group && versions.includes(given['v'] ?? ''))) return form;
  }
  return undefined;
}
