/* Vector kernels over strided arrays; see simd_loop.h. The result for an element depends neither on
 * its place nor on the layout of its array: elements that do not fill a vector, or do not lie side
 * by side, are computed by the same kernel in a buffer. Must not know which operation that is.
 */
#include "simd_loop.h"

#include <string.h>

#include "ops/cpu/parallel.h"
#include "ops/kernel/kernel_table.h"

enum {
    CHUNK = 256,     /* how many numbers a buffer holds */
    VECTOR = 64,     /* the size of the widest vector, in bytes */
    STRIPS = 5,      /* the most operands of a kernel */
    SHORT_RUN = 64,  /* runs of up to so many numbers are computed several at a time */
    PIECE_UNIT = 64, /* a run is cut for threads at multiples of this */
    SHARE = 4        /* pieces for each worker, so that others can take those of a late one */
};

#define NUMBER_NS 0.4 /* nanoseconds for one number; measured on one core for a product */

typedef struct buffers {
    _Alignas(VECTOR) char strip[STRIPS + 1][CHUNK * sizeof(double)];
} buffers;

/* --- strips ----------------------------------------------------------------------------------- */

#define BODY "ops/common/simd_loop_body.inc"
#include "ops/kernel/each_float.inc"

/* The strip of n elements of array k from the i-th on. If the elements do not lie side by side or
 * do not fill the last vector, they are copied to the buffer, up to `room` of them. */
static ag__strip strip_of(const ag__loop *l, int k, int64_t i, int64_t n, int64_t room,
                          void *buffer)
{
    int64_t step = l->step[k];
    const void *from = l->at[k] + i * step * l->each[k];
    if (step == 1 && n == room) {
        return (ag__strip){from, 1};
    }
    if (step == 0) {
        n = 1;
        room = VECTOR / l->each[k];
    }
    if (l->each[k] == sizeof(double)) {
        fill_f64(buffer, from, step, n, room);
    } else {
        fill_f32(buffer, from, step, n, room);
    }
    return (ag__strip){buffer, step == 0 ? 0 : 1};
}

/* How many numbers a vector holds, which is a power of two. */
static int64_t width_of(const ag__lanes *lanes, const ag__loop *l)
{
    return l->each[0] == sizeof(double) ? lanes->bytes / 8 : lanes->bytes / 4;
}

static int64_t rounded(const ag__lanes *lanes, const ag__loop *l, int64_t n)
{
    int64_t width = width_of(lanes, l);
    return (n + width - 1) & -width;
}

/* The operands of the kernel for the n numbers from the i-th on. */
static void strips_of(const ag__lanes *lanes, const ag__loop *l, int64_t i, int64_t n, buffers *b,
                      ag__strip strip[STRIPS])
{
    int64_t room = rounded(lanes, l, n);
    int filled = 0;
    if (lanes->adds && (lanes->fresh || l->step[0] == 0)) {
        memset(b->strip[0], 0, VECTOR);
        strip[filled++] = (ag__strip){b->strip[0], 0};
    } else if (lanes->adds) {
        strip[filled++] = strip_of(l, 0, i, n, room, b->strip[0]);
    }
    for (int k = 1; k < l->arrays; k++, filled++) {
        strip[filled] = strip_of(l, k, i, n, room, b->strip[filled]);
    }
    for (; filled < STRIPS; filled++) {
        strip[filled] = strip[filled - 1];
    }
}

/* Computes at most CHUNK numbers into a buffer and returns it. */
static const void *chunk(const ag__lanes *lanes, const ag__loop *l, int64_t i, int64_t n,
                         buffers *b)
{
    ag__strip strip[STRIPS];
    strips_of(lanes, l, i, n, b, strip);
    lanes->kernel(rounded(lanes, l, n), lanes->c, b->strip[STRIPS], strip);
    return b->strip[STRIPS];
}

/* --- runs ------------------------------------------------------------------------------------- */

static int64_t at_most(int64_t n, int64_t most)
{
    return n < most ? n : most;
}

/* Computes a run whose results are all added to one element. In a backward pass this sums the
 * gradient of an operand that was broadcast, as ag__unbroadcast does for rules written with
 * operations. */
static void sum_run(const ag__lanes *lanes, const ag__loop *l, buffers *b)
{
    _Alignas(VECTOR) char total[8 * sizeof(double)] = {0};
    for (int64_t i = 0; i < l->run; i += CHUNK) {
        int64_t n = at_most(l->run - i, CHUNK);
        const void *x = chunk(lanes, l, i, n, b);
        if (l->each[0] == sizeof(double)) {
            add_lanes_f64(total, x, n);
        } else {
            add_lanes_f32(total, x, n);
        }
    }
    if (l->each[0] == sizeof(double)) {
        add_sum_f64(l->at[0], total, lanes->fresh);
    } else {
        add_sum_f32(l->at[0], total, lanes->fresh);
    }
}

/* Computes the numbers from the i-th on through a buffer, because the results do not lie side by
 * side or do not fill a vector. */
static void scattered(const ag__lanes *lanes, const ag__loop *l, int64_t i, buffers *b)
{
    for (; i < l->run; i += CHUNK) {
        int64_t n = at_most(l->run - i, CHUNK);
        const void *x = chunk(lanes, l, i, n, b);
        char *to = l->at[0] + i * l->step[0] * l->each[0];
        if (l->step[0] == 1) {
            memcpy(to, x, (size_t)(n * l->each[0]));
        } else if (l->each[0] == sizeof(double)) {
            scatter_f64(to, x, l->step[0], n);
        } else {
            scatter_f32(to, x, l->step[0], n);
        }
    }
}

static void one_run(const ag__lanes *lanes, const ag__loop *l, buffers *b)
{
    bool strips = l->step[0] == 1;
    for (int k = 1; k < l->arrays; k++) {
        strips = strips && (l->step[k] == 0 || l->step[k] == 1);
    }
    if (lanes->adds && l->step[0] == 0) {
        sum_run(lanes, l, b);
        return;
    }
    int64_t whole = strips ? l->run & -width_of(lanes, l) : 0;
    if (whole > 0) {
        ag__strip strip[STRIPS];
        strips_of(lanes, l, 0, whole, b, strip);
        lanes->kernel(whole, lanes->c, l->at[0], strip);
    }
    scattered(lanes, l, whole, b);
}

/* --- short runs ------------------------------------------------------------------------------- */

/* Runs of a few numbers, along a short last axis, are rows: as many as the buffers have room for are
 * computed as one strip, since a call of the kernel costs more than they do. */
typedef struct rows {
    const ag__loop *within; /* for the run and its steps */
    ag__loop outer;         /* the other dimensions; a run of it is a sequence of rows */
    int64_t i, m;           /* the first of the rows, and how many they are */
} rows;

static int64_t distance(int64_t stride)
{
    return stride < 0 ? -stride : stride;
}

/* Whether no two rows have a result in common, as the windows of unfold have. */
static bool are_apart(const ag__loop *l, int next)
{
    int64_t step = distance(l->step[0]), row_step = distance(l->stride[next][0]);
    return row_step > (l->run - 1) * step || step > (l->dim[next] - 1) * row_step;
}

/* A number that serves for a whole run is copied for each of its results, which pays for half as long
 * runs. */
static bool are_short(const ag__lanes *lanes, const ag__loop *l)
{
    int next = l->ndim - 2;
    int64_t most = SHORT_RUN;
    if (next < 0 || (lanes->adds && (l->stride[next][0] == 0 || !are_apart(l, next)))) {
        return false;
    }
    for (int k = 1; k < l->arrays; k++) {
        most = l->step[k] == 0 && l->stride[next][k] != 0 ? SHORT_RUN / 2 : most;
    }
    return l->run <= most;
}

static char *row_of(const rows *r, int k)
{
    return r->outer.at[k] + r->i * r->outer.step[k] * r->outer.each[k];
}

/* Whether array k has the numbers of the rows side by side, and they fill the last vector. */
static bool in_order(const rows *r, int k, int64_t room)
{
    int64_t n = r->within->run;
    return r->within->step[k] == 1 && r->outer.step[k] == n && r->m * n == room;
}

/* The strip of array k. What is the same for all rows stays in the buffer from one call to the
 * next. */
static ag__strip strip_of_rows(const rows *r, int k, int64_t room, void *buffer)
{
    int64_t n = r->within->run, step = r->within->step[k], row_step = r->outer.step[k];
    if (in_order(r, k, room)) {
        return (ag__strip){row_of(r, k), 1};
    }
    if (row_step != 0 || r->i == 0) {
        bool wide = r->outer.each[k] == sizeof(double);
        (wide ? pack_f64 : pack_f32)(buffer, row_of(r, k), r->m, row_step, n, step, room);
    }
    return (ag__strip){buffer, 1};
}

/* The results of the rows, which are in the buffer, go to array 0. */
static void store_rows(const ag__lanes *lanes, const rows *r, const void *x)
{
    int64_t n = r->within->run, step = r->within->step[0], row_step = r->outer.step[0];
    bool wide = r->outer.each[0] == sizeof(double);
    if (lanes->adds && step == 0) {
        (wide ? add_rows_f64 : add_rows_f32)(row_of(r, 0), x, r->m, row_step, n, lanes->fresh);
    } else {
        (wide ? unpack_f64 : unpack_f32)(row_of(r, 0), x, r->m, row_step, n, step);
    }
}

static void some_rows(const ag__lanes *lanes, const rows *r, buffers *b)
{
    ag__strip strip[STRIPS];
    int64_t room = rounded(lanes, &r->outer, r->m * r->within->run);
    int filled = 0;
    bool direct = in_order(r, 0, room) && !(lanes->adds && r->within->step[0] == 0);
    if (lanes->adds && (lanes->fresh || r->within->step[0] == 0)) {
        memset(b->strip[0], 0, VECTOR);
        strip[filled++] = (ag__strip){b->strip[0], 0};
    } else if (lanes->adds) {
        strip[filled++] = strip_of_rows(r, 0, room, b->strip[0]);
    }
    for (int k = 1; k < r->outer.arrays; k++, filled++) {
        strip[filled] = strip_of_rows(r, k, room, b->strip[filled]);
    }
    for (; filled < STRIPS; filled++) {
        strip[filled] = strip[filled - 1];
    }
    void *out = direct ? row_of(r, 0) : b->strip[STRIPS];
    lanes->kernel(room, lanes->c, out, strip);
    if (!direct) {
        store_rows(lanes, r, out);
    }
}

static void short_runs(const ag__lanes *lanes, const ag__loop *l, buffers *b)
{
    rows r = {.within = l, .outer = *l};
    r.outer.ndim--;
    for (bool more = ag__loop_start(&r.outer); more; more = ag__loop_next(&r.outer)) {
        for (r.i = 0; r.i < r.outer.run; r.i += r.m) {
            r.m = at_most(r.outer.run - r.i, CHUNK / l->run);
            some_rows(lanes, &r, b);
        }
    }
}

/* --- pieces ----------------------------------------------------------------------------------- */

typedef struct job {
    const ag__lanes *lanes;
    const ag__loop *loop;
    int dimension; /* the dimension that is cut */
    int64_t pieces;
} job;

static void runs(const ag__lanes *lanes, ag__loop *l)
{
    buffers b;
    bool more = ag__loop_start(l);
    if (more && are_short(lanes, l)) {
        short_runs(lanes, l, &b);
        return;
    }
    for (; more; more = ag__loop_next(l)) {
        one_run(lanes, l, &b);
    }
}

static void piece(void *context, int64_t i, int worker)
{
    const job *j = context;
    int64_t unit = j->dimension == j->loop->ndim - 1 ? PIECE_UNIT : 1;
    int64_t n = j->loop->dim[j->dimension];
    ag__loop part;
    (void)worker;
    ag__loop_part(j->loop, j->dimension, ag__piece_start(n, unit, j->pieces, i),
                  ag__piece_start(n, unit, j->pieces, i + 1), &part);
    runs(j->lanes, &part);
}

void ag__lanes_run(const ag__lanes *lanes, ag__loop *l)
{
    int64_t size = 1;
    job j = {.lanes = lanes, .loop = l};
    if (!ag__loop_start(l)) {
        return;
    }
    for (int d = 0; d < l->ndim; d++) {
        size *= l->dim[d];
    }
    /* The loop is cut along the longest dimension in which every index has a result of its own. */
    for (int d = 0; d < l->ndim; d++) {
        bool before = l->stride[j.dimension][0] != 0;
        if (l->stride[d][0] != 0 && (!before || l->dim[d] > l->dim[j.dimension])) {
            j.dimension = d;
        }
    }
    bool cut = l->ndim > 0 && l->stride[j.dimension][0] != 0;
    ag__team team = ag__team_for(cut ? l->dim[j.dimension] : 1, NUMBER_NS * (double)size);
    if (team.workers > 1) {
        j.pieces = at_most((int64_t)team.workers * SHARE, l->dim[j.dimension]);
        ag__parallel(j.pieces, team, piece, &j);
    } else {
        runs(lanes, l);
    }
}

void ag__add_scaled(const ag_array *to, bool fresh, const ag_array *from, double by)
{
    ag__loop l;
    const ag__kernels *best = ag__kernels_best();
    ag__lanes lanes = {.c = {by}, .bytes = best->bytes, .adds = true, .fresh = fresh};
    lanes.kernel = best->rows->add_scaled[to->dtype];
    ag__loop_open(&l, to->ndim, to->dim);
    ag__loop_add(&l, to);
    ag__loop_add(&l, from);
    ag__lanes_run(&lanes, &l);
}
