/** The parse tree of a template; a template is text and actions in turn, an action is a chain of steps. */
export type Node =
  | { readonly kind: 'list'; readonly nodes: readonly Node[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'literal'; readonly value: number | boolean }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | { readonly kind: 'array'; readonly start: Bound; readonly end: Bound; readonly step: Bound }
  | { readonly kind: 'union'; readonly members: readonly ListNode[] }
  | { readonly kind: 'filter'; readonly left: ListNode; readonly operator: string; readonly right: ListNode }
  | { readonly kind: 'identifier'; readonly name: string };

/** A chain of steps, each applied to what the one before it gave. */
export type ListNode = Extract<Node, { kind: 'list' }>;

/** One part of `[start:end:step]`; undefined where nothing was written, `derived` where `[n]` means `[n:n+1]`. */
export interface Bound {
  readonly value: number | undefined;
  readonly derived?: boolean;
}

/** A parsed template, see https://kubernetes.io/docs/reference/kubectl/jsonpath/ */
export interface JSONPath {
  /** As the user wrote it, for messages. */
  readonly template: string;
  readonly nodes: readonly Node[];
}
