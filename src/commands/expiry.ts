import { formatAge } from '../printers/table/age.ts';

/** Certificates that end within this time (milliseconds) are warned about. */
export const EXPIRES_SOON_MS = 7 * 24 * 60 * 60 * 1000;

/** `expires in 5d`, `expired 3h ago`; both times in milliseconds since the epoch. */
export function expiryText(at: number, now: number): string {
  return at > now ? `expires in ${formatAge(at - now)}` : `expired ${formatAge(now - at)} ago`;
}

/** A moment as RFC 3339 in UTC, without fractions. */
export function instantText(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
