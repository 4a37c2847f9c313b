// A picture small enough to be sent, and without what the camera wrote into it.

const SIDE = 1600;
const QUALITY = 0.8;

/** A JPEG of at most 1600 pixels a side, with a line of words at its foot. */
export async function shrink(file, line) {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext('2d');
  // What is transparent would be black in a JPEG.
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const size = Math.max(14, Math.round(canvas.width / 48));
  pen.font = `${size}px sans-serif`;
  pen.fillStyle = 'rgba(0, 0, 0, .55)';
  pen.fillRect(0, canvas.height - size * 2, canvas.width, size * 2);
  pen.fillStyle = '#fff';
  pen.fillText(line, size * 0.6, canvas.height - size * 0.7, canvas.width - size * 1.2);
  return new Promise((done, failed) => {
    canvas.toBlob(blob => (blob ? done(blob) : failed(new Error('no picture'))), 'image/jpeg', QUALITY);
  });
}
