/** What is asked of every cluster, as data; the same request goes to all of them. */

/** How much of each object is needed: table rows alone, rows with metadata, rows with objects, whole objects, or metadata alone. */
export type Projection = 'None' | 'Metadata' | 'Object' | 'Objects' | 'Names';

/** One thing asked for on the command line: a type word (with names, or all of it), or one object of a manifest. */
export type AskedResource =
  | { readonly kind: 'type'; readonly word: string; readonly names: readonly string[] }
  | {
      readonly kind: 'object';
      readonly apiVersion: string;
      readonly objectKind: string;
      readonly name: string;
      readonly namespace?: string;
    };

/** A read of lists and named objects. */
export interface ReadRequest {
  readonly verb: 'get';
  readonly asked: readonly AskedResource[];
  readonly allNamespaces: boolean;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Page size; 0 asks for everything at once. */
  readonly chunkSize: number;
  /** What a list does whose continue token expired between two pages: begin again, or go on with the token the server offers. */
  readonly onExpired?: 'restart' | 'continue';
  readonly projection: Projection;
  readonly subresource?: string;
}
