import { ImageOff } from 'lucide-react';
import { useCanvasPicture } from '../../../canvas/selection-api.ts';
import { formatNumber, t } from '../../../i18n/index.ts';
import { usePictureName } from '../../runs/picture-names.ts';

/** The picture a task is about: the one on the canvas. */
export function PictureLine({ empty }: { empty: string }) {
  const picture = useCanvasPicture((state) => state.picture);
  const name = usePictureName(picture);
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
        <b title={name}>{name}</b>
        <small className="num" title={picture.name}>
          {t('task.size', { width: formatNumber(picture.width), height: formatNumber(picture.height) })}
          {name === picture.name ? null : ` · ${picture.name}`}
        </small>
      </div>
    </div>
  );
}
