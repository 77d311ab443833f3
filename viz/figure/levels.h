/* The layouts of which a figure with frames is made, one for each frame, and the parts of links in
 * each. Private to viz/figure/.
 */
#ifndef VIZ_LEVELS_H
#define VIZ_LEVELS_H

#include "cluster.h"

/* The part of a link within one frame, or outside of all. */
typedef struct viz__part {
    uint32_t level;
    uint32_t from, to; /* boxes of that level */
    uint32_t link;     /* of that level */
} viz__part;

/* One layout: of a frame, or of the figure, with each frame in it as a box. */
typedef struct viz__level {
    viz__layout layout;
    size_t boxes, links;
    size_t *part;      /* by link: the part of a link of the figure */
    viz__point origin; /* where its point (0, 0) is in the figure */
} viz__level;

/* A box or a frame, to be put in order. */
typedef struct viz__thing {
    uint32_t rank, number;
    bool frame;
} viz__thing;

typedef struct viz__compound {
    viz__figure *f;
    viz__level *level;  /* of each frame, and then of the figure */
    size_t *first_part; /* of each link of the figure, from its source to its target */
    viz__part *part;    /* of all */
    viz__thing *thing;  /* boxes and frames */
    uint32_t *box_at;   /* by box: its number in its level */
    uint32_t *frame_at; /* by frame: its number in the level around it */
    uint32_t *depth;    /* by level: how many frames it lies in */
} viz__compound;

static inline uint32_t viz__level_of(const viz__compound *c, uint32_t box)
{
    uint32_t frame = c->f->cluster_of[box];
    return frame != VIZ__NONE ? frame : (uint32_t)c->f->clusters;
}

static inline uint32_t viz__level_around(const viz__compound *c, uint32_t l)
{
    uint32_t around = c->f->cluster[l].around;
    return around != VIZ__NONE ? around : (uint32_t)c->f->clusters;
}

/* Does the link go out of the frame of its part i, and does it come into it there? */
static inline bool viz__goes_out(const viz__compound *c, size_t k, size_t i)
{
    return i + 1 < c->first_part[k + 1] &&
           c->depth[c->part[i].level] > c->depth[c->part[i + 1].level];
}

static inline bool viz__comes_in(const viz__compound *c, size_t k, size_t i)
{
    return i > c->first_part[k] && c->depth[c->part[i].level] > c->depth[c->part[i - 1].level];
}

/* Fills in the levels of a figure, without places. Free them with viz__compound_free, also after a
 * failure, which is that memory runs out. */
bool viz__compound_new(viz__compound *c, viz__figure *f);
void viz__compound_free(viz__compound *c);

#endif
