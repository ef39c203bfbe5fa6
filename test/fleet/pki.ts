import './reflect.ts';
import { createPrivateKey, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** A certificate and its private key, both PEM (the key as PKCS #8, EC P-256). */
export interface Certified {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority: PEM is all it needs, so it can be written to disk and read again. */
export interface CA extends Certified {
  readonly name: string;
}

/** What a certificate says. */
export interface CertificateRequest {
  readonly cn: string;
  /** Organisations; for a Kubernetes client these are its groups. */
  readonly o?: string | readonly string[];
  /** DNS names and IP addresses; a certificate with any is for servers too. */
  readonly sans?: readonly string[];
  /** Default: an hour ago. */
  readonly notBefore?: Date;
  /** Default: in 30 days, so that nobody is warned of its end. In the past makes an expired certificate. */
  readonly notAfter?: Date;
}

/** A new self-signed certificate authority, valid for 30 days unless told otherwise. */
export async function makeCA(
  name: string,
  validity: Pick<CertificateRequest, 'notBefore' | 'notAfter'> = {},
): Promise<CA> {
  const keys = await newKeys();
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: ALGORITHM,
    ...period(validity),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { name, cert: pem(cert), key: await privatePem(keys) };
}

/** A certificate signed by the CA: for a client, and with `sans` for a server as well. */
export async function issue(ca: CA, request: CertificateRequest): Promise<Certified> {
  const keys = await newKeys();
  const issuer = new x509.X509Certificate(ca.cert);
  const organisations = request.o === undefined ? [] : typeof request.o === 'string' ? [request.o] : request.o;
  const sans = request.sans ?? [];
  const usages = [x509.ExtendedKeyUsage.clientAuth, ...(sans.length > 0 ? [x509.ExtendedKeyUsage.serverAuth] : [])];
  const cert = await x509.X509CertificateGenerator.create({
    subject: [...organisations.map((o) => ({ O: [o] })), { CN: [request.cn] }],
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await signingKey(ca.key),
    signingAlgorithm: ALGORITHM,
    ...period(request),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usages),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ...(sans.length > 0 ? [new x509.SubjectAlternativeNameExtension(sans.map(generalName))] : []),
    ],
  });
  return { cert: pem(cert), key: await privatePem(keys) };
}

/** A key pair for service account tokens, PEM: public for `-key-file`, private for `-signing-key-file`. */
export async function makeKeyPair(): Promise<{ readonly publicKey: string; readonly privateKey: string }> {
  const keys = await newKeys();
  const spki = await webcrypto.subtle.exportKey('spki', keys.publicKey);
  return { publicKey: `${x509.PemConverter.encode(spki, 'PUBLIC KEY')}\n`, privateKey: await privatePem(keys) };
}

function period(validity: Pick<CertificateRequest, 'notBefore' | 'notAfter'>): { notBefore: Date; notAfter: Date } {
  const notAfter = validity.notAfter ?? new Date(Date.now() + 30 * DAY_MS);
  // A certificate that ended in the past must have begun before that.
  const notBefore = validity.notBefore ?? new Date(Math.min(Date.now(), notAfter.getTime()) - DAY_MS / 24);
  return { notBefore, notAfter };
}

function generalName(name: string): x509.JsonGeneralName {
  return { type: /^[\d.]+$|:/.test(name) ? 'ip' : 'dns', value: name };
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function privatePem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')}\n`;
}

/** With the final newline that a bundle of several needs. */
function pem(cert: x509.X509Certificate): string {
  return `${cert.toString('pem')}\n`;
}

async function signingKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', new Uint8Array(der), ALGORITHM, false, ['sign']);
}
