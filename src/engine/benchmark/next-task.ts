/**
 * Resolves in a task of its own, so that messages are answered in between: ONNX Runtime on WASM
 * computes without ever giving the worker back. Without the 4 ms that timers wait.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener(
      'message',
      () => {
        port1.close();
        resolve();
      },
      { once: true },
    );
    port1.start();
    port2.postMessage(undefined);
  });
}
