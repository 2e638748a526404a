import Konva from 'konva/lib/Core';

/** A shape that draws itself in screen pixels and hears no pointer. */
export function drawnShape(draw: (context: CanvasRenderingContext2D) => void): Konva.Shape {
  return new Konva.Shape({
    listening: false,
    perfectDrawEnabled: false,
    sceneFunc: (context) => {
      draw(context._context);
    },
  });
}
