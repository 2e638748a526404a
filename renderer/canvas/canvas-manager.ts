import Konva from 'konva/lib/Core';
import { BoxesModule } from './boxes-module.ts';
import { ImageModule } from './image-module.ts';
import { MaskModule } from './mask-module.ts';
import { PointerModule, type PointerListener } from './pointer-module.ts';
import { TokenOverlayModule } from './token-overlay-module.ts';
import { ViewportModule, type ViewportListener } from './viewport-module.ts';

/** A part of the canvas. Modules are pushed to; nobody asks Konva what is on the screen. */
export interface CanvasModule {
  readonly manager: CanvasManager;
  destroy(): void;
}

export interface CanvasListener extends ViewportListener, PointerListener {}

/** The stage and its modules, for one container element. */
export class CanvasManager {
  readonly stage: Konva.Stage;
  readonly container: HTMLDivElement;
  readonly viewport: ViewportModule;
  readonly image: ImageModule;
  readonly tokens: TokenOverlayModule;
  readonly mask: MaskModule;
  readonly boxes: BoxesModule;
  readonly pointer: PointerModule;
  readonly #resize: ResizeObserver;

  constructor(container: HTMLDivElement, listener: CanvasListener) {
    this.container = container;
    this.stage = new Konva.Stage({
      container,
      width: container.clientWidth,
      height: container.clientHeight,
      listening: false,
    });
    // A layer is drawn as soon as it is added: what its drawing asks has to be there before.
    this.viewport = new ViewportModule(this, listener);
    this.pointer = new PointerModule(this, listener);
    this.image = new ImageModule(this);
    this.tokens = new TokenOverlayModule(this);
    this.mask = new MaskModule(this);
    this.boxes = new BoxesModule(this);
    this.#resize = new ResizeObserver(() => {
      this.stage.size({ width: container.clientWidth, height: container.clientHeight });
      this.viewport.resized();
    });
    this.#resize.observe(container);
  }

  destroy(): void {
    this.#resize.disconnect();
    for (const module of [this.pointer, this.viewport, this.boxes, this.mask, this.tokens, this.image])
      module.destroy();
    this.stage.destroy();
  }
}
