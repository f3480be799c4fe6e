/**
 * Whether a pointer is on something of its own on the stage, such as a point, the wipe or a panel,
 * so that the tools must leave it alone.
 */
export function isStageControl(target: EventTarget | null): boolean {
  const controls = 'button, [role="slider"], [data-stage-control]';
  return target instanceof Element && target.closest(controls) !== null;
}
