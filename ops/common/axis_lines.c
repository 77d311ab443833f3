/* Lines of strided arrays; see axis_lines.h. Must not know any operation. */
#include <string.h>

#include "axis_lines.h"
#include "ops/cpu/parallel.h"

enum { TILE = 16, TILE_BYTES = 1 << 17, PIECES = 64, LONG = 16 };

void ag__lines_open(ag__lines *l, int ndim, const int64_t *dim, const bool over[AG_MAX_DIMS])
{
    int64_t kept[AG_MAX_DIMS];
    int n = 0;
    memset(l, 0, sizeof *l);
    l->ndim = ndim;
    l->length = 1;
    for (int d = 0; d < ndim; d++) {
        l->dim[d] = dim[d];
        l->over_axis[d] = over[d];
        if (over[d]) {
            l->length *= dim[d];
        } else {
            kept[n++] = dim[d];
        }
    }
    ag__loop_open(&l->kept, n, kept);
}

/* The loop over those dimensions of `a` whose flag equals `which`. */
static void part_of(ag__part *part, const ag__lines *l, const ag_array *a, bool which)
{
    int64_t dim[AG_MAX_DIMS], stride[AG_MAX_DIMS];
    int n = 0;
    for (int d = 0; d < l->ndim; d++) {
        if (l->over_axis[d] == which) {
            dim[n] = a->dim[d];
            stride[n++] = a->stride[d];
        }
    }
    ag__part_shape(part, a, n, dim, stride, 0);
}

void ag__lines_add(ag__lines *l, const ag_array *a, int use)
{
    int k = l->arrays++;
    ag__part part;
    l->use[k] = use;
    part_of(&part, l, a, false);
    ag__loop_add(&l->kept, &part.array);
    part_of(&part, l, a, true);
    ag__loop *over = &l->over[k];
    ag__loop_open(over, part.array.ndim, part.dim);
    ag__loop_add(over, &part.array);
    l->some[k] = ag__loop_start(over);
    l->writes = l->writes || (use & AG__LINE_WRITE);
    l->fills = l->fills || ((use & AG__LINE_WRITE) && l->some[k]);
    l->direct[k] = !l->some[k] || over->ndim == 0 || (over->ndim == 1 && over->step[0] == 1);
}

/* --- tiles ------------------------------------------------------------------------------------ */

static void set_tile(ag__lines *l)
{
    int64_t bytes = l->length * 8; /* cannot overflow: the bytes of the whole tensor were counted */
    bool copied = false;
    for (int k = 0; k < l->arrays; k++) {
        copied = copied || !l->direct[k];
    }
    l->tile = !copied ? INT64_MAX : bytes > TILE_BYTES / TILE ? TILE_BYTES / bytes : TILE;
    l->tile = l->tile > 1 ? l->tile : 1;
}

ag_status ag__lines_ready(ag__lines *l, ag_graph *g)
{
    set_tile(l);
    for (int k = 0; k < l->arrays; k++) {
        if (!l->direct[k]) {
            l->buffer[k] = ag_workspace(g, (size_t)l->tile * (size_t)l->length * 8);
            if (l->buffer[k] == NULL) {
                return AG_ERR_MEMORY;
            }
        }
    }
    return AG_OK;
}

/* Copies a run of each line whose elements lie side by side. */
static void copy_along(char *to, int64_t st, const char *from, int64_t sf, int64_t count,
                       size_t bytes)
{
    for (int64_t w = 0; w < count; w++) {
        memcpy(to + w * st, from + w * sf, bytes);
    }
}

/* Copies the lines of the tile of array k into the buffer, or back from it. */
static void move(ag__lines *l, int k, bool in)
{
    ag__loop *over = &l->over[k];
    int64_t each = over->each[0], apart = l->kept.step[k] * each, done = 0;
    over->at[0] = l->kept.at[k] + l->first * apart;
    for (bool more = l->some[k]; more; more = ag__loop_next(over)) {
        bool along = over->step[0] == 1 && over->run >= LONG;
        char *start = l->buffer[k] + done * each;
        size_t bytes = (size_t)(over->run * each);
        if (along && in) {
            copy_along(start, l->length * each, over->at[0], apart, l->count, bytes);
        } else if (along) {
            copy_along(over->at[0], apart, start, l->length * each, l->count, bytes);
        }
        for (int64_t i = 0; !along && i < over->run; i++) {
            char *there = over->at[0] + i * over->step[0] * each;
            char *here = l->buffer[k] + (done + i) * each;
            if (in) {
                ag__copy_elements(here, l->length * each, there, apart, l->count, each);
            } else {
                ag__copy_elements(there, apart, here, l->length * each, l->count, each);
            }
        }
        done += over->run;
    }
}

static void take(ag__lines *l)
{
    int64_t left = l->kept.run - l->first;
    l->count = left < l->tile ? left : l->tile;
    l->at = 0;
    for (int k = 0; k < l->arrays; k++) {
        l->line[k] = l->direct[k] ? l->kept.at[k] + l->first * l->kept.step[k] * l->kept.each[k]
                                  : l->buffer[k];
        if (!l->direct[k] && (l->use[k] & AG__LINE_READ)) {
            move(l, k, true);
        }
    }
}

static void put_back(ag__lines *l)
{
    for (int k = 0; k < l->arrays; k++) {
        if (!l->direct[k] && (l->use[k] & AG__LINE_WRITE)) {
            move(l, k, false);
        }
    }
}

/* Is there anything to do? */
static bool start(ag__lines *l)
{
    return (l->fills || !l->writes) && ag__loop_start(&l->kept);
}

bool ag__lines_start(ag__lines *l)
{
    l->first = 0;
    if (!start(l)) {
        return false;
    }
    take(l);
    return true;
}

int64_t ag__lines_apart(const ag__lines *l, int k)
{
    return l->direct[k] ? l->kept.step[k] : l->length;
}

bool ag__lines_next(ag__lines *l)
{
    if (++l->at < l->count) {
        for (int k = 0; k < l->arrays; k++) {
            l->line[k] = (char *)l->line[k] + ag__lines_apart(l, k) * l->kept.each[k];
        }
        return true;
    }
    return ag__lines_next_tile(l);
}

bool ag__lines_next_tile(ag__lines *l)
{
    put_back(l);
    l->first += l->count;
    if (l->first >= l->kept.run) {
        l->first = 0;
        if (!ag__loop_next(&l->kept)) {
            return false;
        }
    }
    take(l);
    return true;
}

/* --- with a kernel ---------------------------------------------------------------------------- */

typedef struct job {
    const ag__lines *lines;
    ag__line_pair kernels;
    ag__line_options options;
    int64_t pieces;
    char *buffer[AG__LINE_ARRAYS]; /* buffer[k] has those of all workers for array k, in order */
} job;

static size_t buffer_bytes(const ag__lines *l)
{
    return ((size_t)l->tile * (size_t)l->length * 8 + 63) / 64 * 64;
}

/* Runs the kernels on every line from the first one on. */
static void run(ag__lines *l, const ag__line_pair *kernels, ag__line_options options)
{
    int64_t apart[AG__LINE_ARRAYS] = {0};
    if (kernels->many == NULL || l->length > AG__SHORT_LINE) {
        do {
            kernels->one(l->line, l->length, options);
        } while (ag__lines_next(l));
        return;
    }
    for (int k = 0; k < l->arrays; k++) {
        apart[k] = ag__lines_apart(l, k);
    }
    do {
        kernels->many(l->line, apart, l->length, l->count, options);
    } while (ag__lines_next_tile(l));
}

/* Runs the kernels on some lines of one run, in tiles that belong to the worker. */
static void piece(void *context, int64_t i, int worker)
{
    const job *j = context;
    ag__lines l = *j->lines;
    l.first = ag__piece_start(l.kept.run, 1, j->pieces, i);
    l.kept.run = ag__piece_start(l.kept.run, 1, j->pieces, i + 1);
    l.kept.ndim = 0; /* there is only this run */
    for (int k = 0; k < l.arrays; k++) {
        l.buffer[k] = l.direct[k] ? NULL : j->buffer[k] + (size_t)worker * buffer_bytes(&l);
    }
    take(&l);
    run(&l, &j->kernels, j->options);
}

static ag_status in_threads(ag__lines *l, ag_graph *g, job *j, ag__team team)
{
    set_tile(l);
    for (int k = 0; k < l->arrays; k++) {
        if (!l->direct[k]) {
            j->buffer[k] = ag_workspace(g, buffer_bytes(l) * (size_t)team.workers);
            if (j->buffer[k] == NULL) {
                return AG_ERR_MEMORY;
            }
        }
    }
    do {
        ag__parallel(j->pieces, team, piece, j);
    } while (ag__loop_next(&l->kept));
    return AG_OK;
}

ag_status ag__lines_run(ag__lines *l, ag_graph *g, double ns, ag__line_pair kernels,
                        ag__line_options options)
{
    if (!start(l)) {
        return AG_OK;
    }
    job j = {l, kernels, options, l->kept.run < PIECES ? l->kept.run : PIECES, {NULL}};
    ag__team team = ag__team_for(j.pieces, ns * (double)l->length * (double)l->kept.run);
    if (team.workers > 1) {
        return in_threads(l, g, &j, team);
    }
    ag_status status = ag__lines_ready(l, g);
    if (status == AG_OK && ag__lines_start(l)) {
        run(l, &kernels, options);
    }
    return status;
}
