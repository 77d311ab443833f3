/* Memory for the time of one call. Knows no data. */
#include "scratch.h"

#include <string.h>

static bool fits(ag_graph *g, int64_t n, size_t each)
{
    if (n >= 0 && (uint64_t)n <= SIZE_MAX / 4 / (each > 0 ? each : 1)) {
        return true;
    }
    ag_fail(g, AG_ERR_OVERFLOW, NULL, "data: %lld elements of %zu bytes are too many", (long long)n,
            each);
    return false;
}

static void *take(ag_graph *g, size_t bytes)
{
    void *p = ag_graph_alloc(g, bytes);
    if (p == NULL) {
        ag_fail(g, AG_ERR_MEMORY, NULL, "out of memory: %zu bytes for reading data", bytes);
    }
    return p;
}

void *nn__scratch_get(nn__scratch *s, ag_graph *g, int64_t n, size_t each)
{
    nn__scratch_free(s);
    size_t bytes = fits(g, n, each) ? (size_t)n * each + 1 : 0;
    void *p = bytes > 0 ? take(g, bytes) : NULL;
    if (p == NULL) {
        return NULL;
    }
    *s = (nn__scratch){g, p, bytes};
    return memset(p, 0, bytes);
}

void *nn__scratch_grow(nn__scratch *s, ag_graph *g, int64_t n, size_t each)
{
    if (!fits(g, n, each)) {
        return NULL;
    }
    size_t need = (size_t)n * each + 1;
    if (need <= s->bytes) {
        return s->memory;
    }
    size_t bytes = s->bytes > need / 2 ? s->bytes * 2 : need;
    void *p = take(g, bytes);
    if (p == NULL) {
        return NULL;
    }
    if (s->bytes > 0) {
        memcpy(p, s->memory, s->bytes);
    }
    nn__scratch_free(s);
    *s = (nn__scratch){g, p, bytes};
    return p;
}

void nn__scratch_free(nn__scratch *s)
{
    if (s->memory != NULL) {
        ag_graph_release(s->graph, s->memory, s->bytes);
    }
    *s = (nn__scratch){NULL, NULL, 0};
}
