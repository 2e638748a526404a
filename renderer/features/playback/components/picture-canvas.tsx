import { useEffect, useRef } from 'react';
import type { Picture } from '../pictures.ts';

/** A picture drawn smoothly on a square of so many pixels. */
export function PictureCanvas({ picture, size }: { picture: Picture; size: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture.source, 0, 0, element.width, element.height);
  }, [picture]);
  return <canvas ref={canvas} width={size} height={size} aria-hidden="true" />;
}
