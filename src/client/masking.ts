/** A copy of request or response headers that may be shown: credentials are masked, the rest stays (klog's way). */
export function maskHeaders<V extends string | readonly string[] | undefined>(
  headers: Readonly<Record<string, V>>,
): Record<string, V | string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value === undefined ? value : mask(name, value)]),
  ) as Record<string, V | string>;
}

function mask<V extends string | readonly string[]>(name: string, value: V): V | string {
  switch (name.toLowerCase()) {
    case 'authorization':
    case 'proxy-authorization': {
      const scheme = /^(bearer|basic|negotiate) /i.exec(String(value))?.[1];
      return scheme ? `${scheme} <masked>` : '<masked>';
    }
    case 'cookie':
    case 'set-cookie':
    case 'proxy-authenticate':
    case 'www-authenticate':
      return '<masked>';
    default:
      return value;
  }
}
