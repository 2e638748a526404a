import Konva from 'konva/lib/Core';
import { Image as KonvaImage } from 'konva/lib/shapes/Image';
import type { CanvasManager, CanvasModule } from './canvas-manager.ts';
import type { Viewport } from './viewport-module.ts';

/** The picture itself, on a layer of its own. */
export class ImageModule implements CanvasModule {
  readonly manager: CanvasManager;
  readonly #layer: Konva.Layer;
  readonly #node: KonvaImage;
  #smooth = true;

  constructor(manager: CanvasManager) {
    this.manager = manager;
    this.#layer = new Konva.Layer({ listening: false });
    this.#node = new KonvaImage({ image: undefined, visible: false, perfectDrawEnabled: false });
    this.#layer.add(this.#node);
    manager.stage.add(this.#layer);
  }

  /** Shows a picture, or nothing. */
  show(picture: { source: CanvasImageSource; width: number; height: number } | null): void {
    this.#node.visible(picture !== null);
    if (picture) {
      this.#node.image(picture.source);
      this.#node.size({ width: picture.width, height: picture.height });
    }
    this.#layer.batchDraw();
  }

  /** Smooth enlarges by interpolation; otherwise every pixel stays a square. */
  setSmooth(smooth: boolean): void {
    this.#smooth = smooth;
    this.#layer.imageSmoothingEnabled(smooth);
    this.#sharpen();
    this.#layer.batchDraw();
  }

  setViewport({ x, y, scale }: Viewport): void {
    this.#layer.setAttrs({ x, y, scaleX: scale, scaleY: scale });
    this.#sharpen();
    this.#layer.batchDraw();
  }

  destroy(): void {
    this.#layer.destroy();
  }

  /** A canvas forgets its quality setting whenever it is resized. */
  #sharpen(): void {
    if (this.#smooth) this.#layer.getContext()._context.imageSmoothingQuality = 'high';
  }
}
