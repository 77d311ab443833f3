/* The modules of a network, for figures in its style: which nodes belong to which, which equal ones
 * are drawn once, and which are drawn as one box. Private to viz/.
 *
 * A module is an interval of steps: what was recorded while its forward function ran. Leaves from
 * before, its parameters, come to it, too. Modules lie one in another or apart, so a figure in which
 * each is one box has no circle.
 */
#ifndef VIZ_MODULES_H
#define VIZ_MODULES_H

#include "record.h"

#define VIZ__OUTSIDE UINT32_MAX /* of all modules */

typedef struct viz__module {
    size_t path, kind;   /* where these begin in the text of all; "" where it has none */
    uint32_t first, end; /* its steps */
    uint32_t parent;     /* the module around it, or VIZ__OUTSIDE */
    uint32_t depth;      /* 1 for the outermost */
    uint32_t within;     /* it and the modules in it, which follow it in the list */
    size_t nodes;        /* in it */
    int64_t parameters;  /* their elements */
    uint32_t copies;     /* how many equal modules, one after the other, it stands for */
    uint32_t last;       /* the last of these */
    bool hidden;         /* another one stands for it, or for one around it */
    uint32_t frame;      /* the innermost that is drawn as a frame, of it and those around it */
    uint32_t box;        /* the one that is drawn as a box, likewise; or VIZ__OUTSIDE */
} viz__module;

/* What a figure draws of a record. */
typedef struct viz__drawn {
    viz__fold fold;
    viz__module *module; /* in the order of steps, each before those in it */
    size_t modules, room;
    viz__out text;  /* paths and kinds, each terminated */
    uint32_t *of;   /* by step: its innermost module, or VIZ__OUTSIDE; without modules NULL */
    uint32_t *same; /* by step: the step that stands for it, mostly itself; without modules NULL */
    size_t steps;
    uint32_t depth; /* the depth whose modules are boxes */
    bool cut;       /* deeper modules would not have fitted into options.fold_above */
} viz__drawn;

/* Decides what is drawn, and marks the fold. Free it with viz__drawn_free, also after a failure. */
ag_status viz__drawn_new(viz__drawn *d, viz__record *r);
void viz__drawn_free(viz__drawn *d, viz__record *r);

/* The step that stands for this one. */
static inline size_t viz__stand_in(const viz__drawn *d, size_t step)
{
    return d->modules > 0 ? d->same[step] : step;
}

/* The module that is drawn as a box with this step in it; or VIZ__OUTSIDE. */
static inline uint32_t viz__box_module(const viz__drawn *d, size_t step)
{
    uint32_t m = d->modules > 0 ? d->of[step] : VIZ__OUTSIDE;
    return m != VIZ__OUTSIDE ? d->module[m].box : VIZ__OUTSIDE;
}

/* The frame around a module, or around a step. */
static inline uint32_t viz__frame_around(const viz__drawn *d, uint32_t module)
{
    return module != VIZ__OUTSIDE ? d->module[module].frame : VIZ__OUTSIDE;
}
static inline uint32_t viz__frame_of(const viz__drawn *d, size_t step)
{
    return d->modules > 0 ? viz__frame_around(d, d->of[step]) : VIZ__OUTSIDE;
}

/* Writes "encoder.0 … 5 (block) ×6". */
void viz__module_title(viz__out *out, const viz__record *r, const viz__drawn *d, uint32_t module);

/* Writes "12 nodes, 3200 parameters". */
void viz__module_size(viz__out *out, const viz__drawn *d, uint32_t module);

/* --- within viz/record/ ----------------------------------------------------------------------- */

/* module_spans.c: lists the modules of a record with their steps, in any order; one with the same
 * steps as another comes after that if it lies in it. */
ag_status viz__modules_list(viz__drawn *d, viz__record *r);

/* repeats.c: finds equal modules, one after the other, and lets the first stand for all. */
ag_status viz__modules_repeat(viz__drawn *d, viz__record *r);

#endif
