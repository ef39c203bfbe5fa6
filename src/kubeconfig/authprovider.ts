import { ClusterFailure } from '../errors.ts';
import type { Fields } from './fields.ts';

/** What kubectl says of the auth providers that left client-go. */
const removed: Readonly<Record<string, string>> = {
  gcp:
    'The gcp auth plugin has been removed. Please use the "gke-gcloud-auth-plugin" kubectl/client-go credential plugin instead. ' +
    'See https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke for further details',
  azure:
    'The azure auth plugin has been removed. Please use the https://github.com/Azure/kubelogin kubectl/client-go credential plugin instead. ' +
    'See https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins for further details',
};

/** The settings of `auth-provider: {name: oidc}`; every other provider is a ClusterFailure of type NoAccess in kubectl's words. */
export function oidcSettings(provider: Fields): Readonly<Record<string, string>> {
  const name = provider.text('name') ?? '';
  if (name !== 'oidc')
    throw new ClusterFailure({
      type: 'NoAccess',
      message: (Object.hasOwn(removed, name) && removed[name]) || `no Auth Provider found for name "${name}"`,
      reason: 'AuthProvider',
      retriable: false,
    });
  const config = provider.record('config');
  return Object.fromEntries((config?.keys() ?? []).map((key) => [key, config?.text(key) ?? '']));
}
