/* Pictures as bytes, and the formats they are written in. Private to nn/formats. Knows no tensor.
 */
#ifndef NN_FORMATS_PICTURE_H
#define NN_FORMATS_PICTURE_H

#include "nn/disk/sink.h"

/* Rows from the top, a byte for each channel of a pixel: gray, or red, green and blue. */
typedef struct nn__pixels {
    int64_t width, height, channels;
    const unsigned char *pixels;
} nn__pixels;

/* PGM or PPM, and PNG, by how many channels there are. */
void nn__put_pnm(nn__sink *out, const nn__pixels *p);
void nn__put_png(nn__sink *out, const nn__pixels *p);

#endif
