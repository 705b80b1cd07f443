import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '@millrace/local-stack/processes';
import { VerifyError } from '../verify-error.ts';

/** Files of one certificate authority and what it has signed, made anew for each run. */
export interface Certificates {
  readonly folder: string;
  readonly ca: string;
  /** For every server on 127.0.0.1, and for KEDA's mutual TLS. */
  readonly cert: string;
  readonly key: string;
  /** With which the API server comes to the servers behind it. */
  readonly proxyCert: string;
  readonly proxyKey: string;
  /** Signs service accounts' tokens. */
  readonly accountsKey: string;
  /** Who may do what with which token. */
  readonly tokens: string;
}

/** The administrator of a cluster that nobody else can reach. */
export const adminToken = 'verify-admin';

/** @throws VerifyError when openssl is missing */
export async function makeCertificates(folder: string): Promise<Certificates> {
  mkdirSync(folder, { recursive: true });
  const file = (name: string) => path.join(folder, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const openssl = async (...args: string[]) => {
    const { code, stderr } = await run('openssl', args, { cwd: folder }).catch((cause) => {
      throw new VerifyError('needs openssl', { cause, exitCode: 3 });
    });
    if (code !== 0) throw new VerifyError(`openssl ${args[0]}: ${stderr}`);
  };
  const authority = ['-days', '2', '-subj', '/CN=verify-ca', '-keyout', 'ca.key', '-out', 'ca.crt'];
  await openssl('req', '-x509', ...newKey, ...authority);
  for (const [name, subject] of [
    ['tls', 'localhost'],
    ['proxy', 'front-proxy-client'],
  ] as const) {
    writeFileSync(
      file(`${name}.ext`),
      'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n',
    );
    const request = ['-subj', `/CN=${subject}`, '-keyout', `${name}.key`, '-out', `${name}.csr`];
    await openssl('req', ...newKey, ...request);
    const signed = ['-in', `${name}.csr`, '-out', `${name}.crt`, '-extfile', `${name}.ext`];
    const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
    await openssl('x509', '-req', ...by, ...signed);
  }
  await openssl('genrsa', '-out', 'accounts.key', '2048');
  writeFileSync(file('tokens.csv'), `${adminToken},admin,1,"system:masters"\n`);
  return {
    folder,
    ca: file('ca.crt'),
    cert: file('tls.crt'),
    key: file('tls.key'),
    proxyCert: file('proxy.crt'),
    proxyKey: file('proxy.key'),
    accountsKey: file('accounts.key'),
    tokens: file('tokens.csv'),
  };
}
