/** Help that is about no verb, by the word after `kubectl mc help`. */
export const helpTopics: Readonly<Record<string, string>> = {
  access: `How kubectl mc gets into a cluster, first match wins:

  1. A context of your kubeconfig that the mapping file names for it
     (~/.kube/kubectl-mc-clusters.yaml):
         clusters:
         - {name: fleet/prod, context: my-context}
     "kubectl mc setup" writes this file for you.

  2. An access provider that you have named in ~/.kube/kubectl-mc-providers.json
     and that its ClusterProfile offers. The command is yours, the address is the
     hub's:
         {"providers": [{"name": "google", "execConfig": {
           "apiVersion": "client.authentication.k8s.io/v1beta1",
           "command": "gke-gcloud-auth-plugin"}}]}

  3. A recipe (eks, gke, aks) for a profile whose properties auth.exec.* suggest
     the cloud's own plugin. kubectl mc builds the command anew from checked
     values; any other command that a hub names is never run. Off with:
         access: {hubHints: ignore}

  4. A context with the cluster's name, only with
         access: {contextNameFallback: true}

Addresses that a hub gives (2 and 3) are shown and asked about once; when the hub
changes one, nothing is sent until you run "kubectl mc trust CLUSTER".
    kubectl mc trust --all            look at all new ones
    kubectl mc trust --list           what is known
    --accept-new-clusters             accept new ones for one run (never changes)

A GKE control plane behind an IP address, or an AKS cluster with DNS of its own, is
listed by hand:
    access: {endpoints: {allowedServers: {gke: ["https://203.0.113.7"]}}}
`,
};
