import type { Attempt, RESTClient } from '../client/restclient.ts';
import { ClusterFailure } from '../errors.ts';
import { CLUSTER_ID, type MemberIdentity } from './about.ts';
import { fields } from './tolerant.ts';

const ABOUT_VERSIONS = ['v1beta1', 'v1alpha1'] as const;

/** Asks a member who it is: its ClusterProperty, else the UID of kube-system. Only failures to talk to it at all are thrown. */
export async function askMemberIdentity(client: RESTClient, attempt: Attempt): Promise<MemberIdentity> {
  for (const version of ABOUT_VERSIONS) {
    const property = await read(client, `/apis/about.k8s.io/${version}/clusterproperties/${CLUSTER_ID}`, attempt);
    const value = fields(fields(property)['spec'])['value'];
    if (typeof value === 'string' && value !== '') return { properties: { [CLUSTER_ID]: value } };
  }
  const namespace = await read(client, '/api/v1/namespaces/kube-system', attempt);
  const uid = fields(fields(namespace)['metadata'])['uid'];
  return { properties: undefined, ...(typeof uid === 'string' && { kubeSystemUID: uid }) };
}

/** What we may not read, or what is not there, says nothing about identity. */
async function read(client: RESTClient, path: string, attempt: Attempt): Promise<unknown> {
  try {
    return await client.json({ method: 'GET', path }, attempt);
  } catch (error) {
    if (error instanceof ClusterFailure && (error.error.code === 404 || error.error.code === 403)) return undefined;
    throw error;
  }
}
