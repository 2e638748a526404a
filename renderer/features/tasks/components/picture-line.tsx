import { ImageOff } from 'lucide-react';
import { useCanvasPicture } from '../../../canvas/selection-api.ts';
import { formatNumber, t } from '../../../i18n/index.ts';

/** The picture a task is about: the one on the canvas. */
export function PictureLine({ empty }: { empty: string }) {
  const picture = useCanvasPicture((state) => state.picture);
  if (!picture || picture.kind === 'blank') {
    return (
      <div className="picture-line picture-none">
        <span className="picture-thumb" aria-hidden="true">
          <ImageOff size={16} />
        </span>
        <p>{empty}</p>
      </div>
    );
  }
  return (
    <div className="picture-line">
      <img className="picture-thumb" src={picture.url} alt="" />
      <div className="picture-words">
        <b title={picture.name}>{picture.name}</b>
        <small className="num">
          {t('task.size', { width: formatNumber(picture.width), height: formatNumber(picture.height) })}
        </small>
      </div>
    </div>
  );
}
