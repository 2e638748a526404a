import type { Page } from '@playwright/test';

/** The part of React's tree that its developer tools read too. */
interface Fiber {
  flags: number;
  child: Fiber | null;
  sibling: Fiber | null;
  alternate: Fiber | null;
  memoizedProps: unknown;
}

declare global {
  interface Window {
    drawnComponents: number;
  }
}

/** Counts, from the next load on, how often React draws components that take a property of that name. */
export async function countRenders(
  page: Page,
  property: string,
): Promise<{ reset(): Promise<void>; drawn(): Promise<number> }> {
  await page.addInitScript((name) => {
    // React's mark on every component that was called in a commit, made for its developer tools.
    const performedWork = 1;
    window.drawnComponents = 0;
    const visit = (fiber: Fiber): void => {
      const { flags, memoizedProps: props } = fiber;
      if (flags & performedWork && typeof props === 'object' && props !== null && name in props)
        window.drawnComponents++;
      // Below a component whose child is that of the commit before nothing was visited.
      if (fiber.alternate?.child === fiber.child) return;
      for (let child = fiber.child; child; child = child.sibling) visit(child);
    };
    Object.assign(window, {
      __REACT_DEVTOOLS_GLOBAL_HOOK__: {
        supportsFiber: true,
        inject: () => 1,
        onCommitFiberRoot: (_renderer: number, { current }: { current: Fiber }) => {
          visit(current);
        },
        onCommitFiberUnmount: () => undefined,
        onPostCommitFiberRoot: () => undefined,
      },
    });
  }, property);
  return {
    reset: () =>
      page.evaluate(() => {
        window.drawnComponents = 0;
      }),
    drawn: () => page.evaluate(() => window.drawnComponents),
  };
}
