/* The kernels that exist once for each instruction set, and which of them this machine runs.
 * Private to ops/.
 *
 * What lies in vector/ and ../vector/ is compiled once for each set the compiler can make, with
 * AG_SET (its name) and AG_VECTOR_BYTES (its width) defined, and exports constant tables only. A
 * group of kernels is a member of ag__kernels and a line of dispatch.c.
 */
#ifndef OPS_KERNEL_KERNEL_H
#define OPS_KERNEL_KERNEL_H

#include <stdbool.h>

#include "channel.h"
#include "line.h"
#include "micro.h"
#include "random.h"
#include "slide.h"
#include "step.h"
#include "strip.h"
#include "sums.h"
#include "window.h"

typedef struct ag__kernels {
    const char *name; /* of the instruction set */
    int bytes;        /* of its vectors */
    const ag__micro *micro;
    const ag__rows *rows;
    const ag__sums *sums;
    const ag__line_set *lines;
    const ag__channel_set *channels;
    const ag__masks *masks;
    const ag__fills *fills;
    const ag__steps *steps;
    const ag__window *window;
    const ag__slide *slide;
} ag__kernels;

/* The best set this processor runs. */
const ag__kernels *ag__kernels_best(void);

/* Every set that was compiled, and whether this processor runs it; NULL past the last. */
const ag__kernels *ag__kernels_at(int i, bool *runs);

#endif
