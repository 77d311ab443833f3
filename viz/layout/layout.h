/* A layered layout of boxes and links, for figures of any kind: from sizes to places. It lays
 * out a graph without cycles so that links lead from left to right, or in another direction.
 * Private to viz/. Knows no tensors, no text and no format: a graph of the engine is only where
 * memory is from.
 *
 * The same boxes and links always give the same places. No label lies on a box, a link or
 * another label, because each label has a place of its own in a layer between those of the
 * boxes.
 */
#ifndef VIZ_LAYOUT_H
#define VIZ_LAYOUT_H

#include <autograd/base.h>

/* Where links lead to. */
typedef enum viz__direction { VIZ__RIGHT, VIZ__DOWN, VIZ__LEFT, VIZ__UP } viz__direction;

typedef struct viz__point {
    double x, y; /* y grows downward */
} viz__point;

/* Where along the direction of links a box stands. A box that stands first is the end of no link, and
 * one that stands last the begin of none. */
typedef enum viz__side { VIZ__AT_ANY, VIZ__AT_START, VIZ__AT_END } viz__side;

typedef struct viz__box {
    double width, height;
    viz__side side;
    double ports;      /* the length of the side on which links may end; 0 means nearly all of it */
    viz__point center; /* set by the layout */
} viz__box;

/* A link between two boxes; there may be several between the same two. Its path is a chain of cubic
 * Bezier curves: the first point, then three points for each curve. A piece whose control points
 * are its ends is straight. */
typedef struct viz__link {
    uint32_t from, to; /* boxes, from < to */
    viz__point label;  /* width and height of the label; zero without one */
    double below;      /* the height of a second label, on the other side of the line */
    double
        from_port;  /* where it leaves its box, across the direction, from the middle of the box, */
    double to_port; /* and where it enters its other one; */
    bool from_fixed; /* unless these say so, the layout chooses that */
    bool to_fixed;
    viz__point place; /* set by the layout: the center of the label */
    size_t first, n;  /* set by the layout: its points in viz__layout.point */
} viz__link;

typedef struct viz__layout {
    ag_graph *graph;          /* memory is from here */
    viz__direction direction; /* of the links */
    viz__box *box;            /* *borrowed* */
    size_t boxes;
    viz__link *link; /* *borrowed* */
    size_t links;
    double layer_gap;     /* the smallest gap between layers of boxes; 0 means 36 */
    double box_gap;       /* the gap between two boxes of a layer; 0 means 22 */
    double width, height; /* set by the layout; the smallest coordinates are 0 */
    viz__point *point;    /* set by the layout: *new* */
    size_t points;
} viz__layout;

/* Sets the places. Free the layout with viz__layout_free, also after a failure. Errors: VALUE (a
 * link does not lead from a lower box to a higher one), OVERFLOW (links cross so many layers that
 * the layout would have more than a million parts), MEMORY.
 *
 * Sources: Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system
 * structures", 1981; Gansner, Koutsofios, North and Vo, "A technique for drawing directed graphs",
 * 1993, for the transposition and the weights of links. */
AG_MUST_USE ag_status viz__layout_place(viz__layout *l);
void viz__layout_free(viz__layout *l);

#endif
