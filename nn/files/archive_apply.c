/* From a loaded archive to where its numbers are wanted. What is asked for is compared first;
 * nothing changes before all was found to fit. Must not know networks and the format.
 */
#define AG_NO_SITES
#include "archive.h"

#include <string.h>

#include "nn/disk/byte_order.h"

void nn__archive_copy(const nn_archive *a, const nn__file_entry *e, void *out)
{
    size_t bytes = (size_t)(e->end - e->begin);
    if (bytes > 0) {
        memcpy(out, a->data + e->begin, bytes);
        nn__to_little(out, (int64_t)bytes / e->kind->bytes, (size_t)e->kind->bytes);
    }
}

/* --- what is asked for ------------------------------------------------------------------------ */

static bool dtype_fits(const nn__file_entry *e, ag_dtype dtype, bool convert)
{
    bool both_float = (e->kind->dtype == AG_F32 || e->kind->dtype == AG_F64) && dtype != AG_I64;
    return e->kind->dtype == (int)dtype || (convert && both_float);
}

/* The entry, if it is of that shape and dtype; NULL and a difference. */
static nn__file_entry *fitting(nn_archive *a, const char *name, ag_shape shape, ag_dtype dtype,
                               bool convert)
{
    nn__file_entry *e = nn__archive_find(a, name);
    char shown[NN__SHOWN], have[AG_SHAPE_TEXT], want[AG_SHAPE_TEXT];
    nn__shown(name, shown);
    if (e == NULL) {
        nn__archive_differs(a, "\"%s\" is missing", shown);
        return NULL;
    }
    e->used = true;
    if (!ag_shape_equal(e->shape, shape)) {
        nn__archive_differs(a, "\"%s\" is %s in the file, %s is wanted", shown,
                            ag_shape_text(e->shape, have), ag_shape_text(shape, want));
        return NULL;
    }
    if (!dtype_fits(e, dtype, convert)) {
        nn__archive_differs(a, "\"%s\" is %s in the file, %s is wanted", shown, e->kind->name,
                            nn__file_dtype_of(dtype)->name);
        return NULL;
    }
    return e;
}

void nn__archive_aim(nn_archive *a, const char *name, ag_tensor *to, bool convert)
{
    nn__file_entry *e = fitting(a, name, ag_shape_of(to), ag_dtype_of(to), convert);
    nn__target *list =
        e != NULL ? nn__archive_grow(a, &a->target_memory, a->n_targets, sizeof *list) : NULL;
    if (list != NULL) {
        a->target = list;
        a->target[a->n_targets++] = (nn__target){e, to};
    }
}

/* Can it be looked for? */
static bool has_name(nn_archive *a, const void *name)
{
    return name != NULL || nn__archive_fail(a, AG_ERR_NULL_ARGUMENT, -1, "the name is NULL");
}

void nn_archive_get_tensor(nn_archive *a, const char *name, ag_tensor *to)
{
    if (!nn__archive_ready(a, "nn_archive_get_tensor", true) || !has_name(a, name)) {
        return;
    }
    if (to == NULL || ag_role_of(to) == AG_RESULT) {
        nn__archive_fail(a, to == NULL ? AG_ERR_NULL_ARGUMENT : AG_ERR_STATE, -1,
                         "what \"%.80s\" is to be written to is %s", name,
                         to == NULL ? "NULL" : "a result, not a leaf");
        return;
    }
    nn__archive_aim(a, name, to, false);
}

int64_t nn_archive_get_size(const nn_archive *a, const char *name)
{
    const nn__file_entry *e =
        a != NULL && a->loaded && name != NULL ? nn__archive_find(a, name) : NULL;
    return e != NULL ? (e->end - e->begin) / e->kind->bytes : -1;
}

static void get_numbers(nn_archive *a, const char *name, ag_dtype dtype, void *out, int64_t n)
{
    if (n < 0 || (out == NULL && n > 0)) {
        nn__archive_fail(a, AG_ERR_VALUE, -1, "no room for %lld numbers", (long long)n);
        return;
    }
    const nn__file_entry *e =
        has_name(a, name) ? fitting(a, name, AG_SHAPE(n), dtype, false) : NULL;
    if (e != NULL) {
        nn__archive_copy(a, e, out);
    }
}

void nn_archive_get_doubles(nn_archive *a, const char *name, double *out, int64_t n)
{
    for (int64_t i = 0; out != NULL && i < n; i++) {
        out[i] = 0;
    }
    if (nn__archive_ready(a, "nn_archive_get_doubles", true)) {
        get_numbers(a, name, AG_F64, out, n);
    }
}

void nn_archive_get_ints(nn_archive *a, const char *name, int64_t *out, int64_t n)
{
    for (int64_t i = 0; out != NULL && i < n; i++) {
        out[i] = 0;
    }
    if (nn__archive_ready(a, "nn_archive_get_ints", true)) {
        get_numbers(a, name, AG_I64, out, n);
    }
}

/* --- the random state ------------------------------------------------------------------------- */

enum { RANDOM = 7 };

void nn_archive_set_random(nn_archive *a, const char *name)
{
    if (nn__archive_ready(a, "nn_archive_set_random", false)) {
        ag_random_state s = ag_random_get_state(a->graph);
        int64_t x[RANDOM] = {0, 0, s.block[0], s.block[1], s.block[2], s.block[3], s.used};
        memcpy(&x[0], &s.key, sizeof s.key);
        memcpy(&x[1], &s.counter, sizeof s.counter);
        nn_archive_set_ints(a, name, x, RANDOM);
    }
}

void nn_archive_get_random(nn_archive *a, const char *name)
{
    int64_t x[RANDOM];
    if (!nn__archive_ready(a, "nn_archive_get_random", true)) {
        return;
    }
    nn_archive_get_ints(a, name, x, RANDOM);
    ag_random_state s = {.used = (int)x[6]};
    memcpy(&s.key, &x[0], sizeof s.key);
    memcpy(&s.counter, &x[1], sizeof s.counter);
    bool good = x[6] >= 0 && x[6] <= 4;
    for (int i = 0; i < 4; i++) {
        s.block[i] = (uint32_t)x[2 + i];
        good = good && x[2 + i] >= 0 && x[2 + i] <= UINT32_MAX;
    }
    if (!good) {
        nn__archive_differs(a, "\"%.80s\" is no random state", name);
    }
    a->random = s;
    a->has_random = true;
}

/* --- all of it -------------------------------------------------------------------------------- */

/* Room for the largest target in either dtype. */
static double *room_for_targets(nn_archive *a, nn__scratch *memory)
{
    int64_t most = 0;
    for (int64_t i = 0; i < a->n_targets; i++) {
        int64_t n = ag_size(a->target[i].to);
        most = n > most ? n : most;
    }
    return nn__archive_grow(a, memory, most, sizeof(double));
}

/* Widens f32 in the same memory, from the end on. */
static void widen(double *x, int64_t n)
{
    for (int64_t i = n; i-- > 0;) {
        float narrow;
        memcpy(&narrow, (const char *)x + (size_t)i * sizeof narrow, sizeof narrow);
        x[i] = (double)narrow;
    }
}

/* The target is a leaf of this size, so writing it cannot fail. */
static void write_target(const nn_archive *a, const nn__target *t, double *room)
{
    const nn__file_entry *e = t->from;
    nn__archive_copy(a, e, room);
    if (e->kind->dtype == (int)ag_dtype_of(t->to)) {
        (void)!ag_write(t->to, room, (size_t)(e->end - e->begin));
        return;
    }
    if (e->kind->dtype == AG_F32) {
        widen(room, ag_size(t->to));
    }
    (void)!ag_set(t->to, room, ag_size(t->to));
}

static bool all_fits(nn_archive *a)
{
    const nn__differences *d = &a->differences;
    if (d->n == 0) {
        return true;
    }
    const char *hint = a->voice == NULL
                           ? "nothing has changed"
                           : ".only loads a part, .ignore passes names over, .convert takes "
                             "another dtype; nothing has changed";
    a->status = ag_fail(a->graph, AG_ERR_SHAPE, hint, "%s: %s does not fit: %d differences: %s",
                        a->what, nn__path_tail(a->in.path), d->n, d->text);
    return false;
}

/* The texts become the network's notes, but those that are the file's own. */
static bool write_notes(nn_archive *a)
{
    nn__scratch memory = {NULL, NULL, 0};
    nn_note *list = nn__archive_grow(a, &memory, a->n_texts, sizeof *list);
    int n = 0;
    for (int64_t i = 0; list != NULL && i < a->n_texts && i < INT32_MAX; i++) {
        if (!nn__is_own_key(a->text[i].key)) {
            list[n++] = a->text[i];
        }
    }
    if (list != NULL) {
        a->status = nn_set_notes(a->net, list, n);
    }
    nn__scratch_free(&memory);
    return a->status == AG_OK;
}

/* What may fail, and changes nothing then. */
static bool write_rest(nn_archive *a)
{
    nn_counters before = nn_get_counters(a->optimizer);
    if (a->optimizer != NULL) {
        a->status = nn_set_counters(a->optimizer, &a->counters);
    }
    if (a->status == AG_OK && a->net != NULL && !write_notes(a) && a->optimizer != NULL) {
        (void)!nn_set_counters(a->optimizer, &before);
    }
    return a->status == AG_OK;
}

ag_status nn_archive_apply(nn_archive *a)
{
    if (!nn__archive_ready(a, "nn_archive_apply", true)) {
        return a != NULL ? a->status : AG_ERR_NULL_ARGUMENT;
    }
    nn__scratch memory = {NULL, NULL, 0};
    double *room = all_fits(a) ? room_for_targets(a, &memory) : NULL;
    if (room != NULL && write_rest(a)) {
        for (int64_t i = 0; i < a->n_targets; i++) {
            write_target(a, &a->target[i], room);
        }
        if (a->has_random) {
            ag_random_set_state(a->graph, a->random);
        }
    }
    nn__scratch_free(&memory);
    return a->status;
}
