/**
 * IoU with tracking in the other direction from which a mask passes as the same one: two runs of the
 * model draw the outline of an object a little differently.
 */
export const AGREES_FROM = 0.85;
