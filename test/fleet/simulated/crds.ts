/** The custom resources of the simulation as CustomResourceDefinitions, for the real server that it is recorded from and compared with. */

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** widgets.example.com/v1: printer columns of every sort, a category and a short name. */
export const widgetsCRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: {
      kind: 'Widget',
      listKind: 'WidgetList',
      plural: 'widgets',
      singular: 'widget',
      shortNames: ['wd'],
      categories: ['all', 'toys'],
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Phase', type: 'string', jsonPath: '.status.phase', description: 'Where the widget stands' },
          { name: 'Colour', type: 'string', jsonPath: '.spec.colour', priority: 1 },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } } },
      },
    ],
  },
} as const;

/** clusterprofiles.multicluster.x-k8s.io/v1alpha1 without its validation: no printer columns, as upstream. */
export const clusterProfilesCRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: 'clusterprofiles.multicluster.x-k8s.io',
    annotations: { 'api-approved.kubernetes.io': 'unapproved, for tests only' },
  },
  spec: {
    group: 'multicluster.x-k8s.io',
    scope: 'Namespaced',
    names: {
      kind: 'ClusterProfile',
      listKind: 'ClusterProfileList',
      plural: 'clusterprofiles',
      singular: 'clusterprofile',
    },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } } },
      },
    ],
  },
} as const;
