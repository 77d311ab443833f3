/* How the tables of calls are written: a family is a list of X(name, code), where code calls our
 * operation of that name on `in`, with the attributes of `r`, writes its results to `out` and has
 * their number as its value. A family whose header is not in this build lists its names alone.
 */
#ifndef GOLDEN_CALL_H
#define GOLDEN_CALL_H

#include "golden_attr.h"
#include "golden_run.h"

#define GOLDEN_CALL(name, code)                                                                    \
    static int call_##name(ag_graph *g, const record *r, ag_tensor *const *in, ag_tensor **out)    \
    {                                                                                              \
        (void)g, (void)r, (void)in;                                                                \
        return (code);                                                                             \
    }
#define GOLDEN_ENTRY(name, code) {#name, call_##name},
#define GOLDEN_ABSENT(name, code) {#name, NULL},

/* One result, or two of which the second comes by address. */
#define ONE(call) (out[0] = (call), 1)
#define TWO(call) (out[1] = NULL, out[0] = (call), 2)

/* Operand i, or NULL where the sample has no more. */
static inline ag_tensor *optional(const record *r, ag_tensor *const *in, int i)
{
    return i < r->n_in ? in[i] : NULL;
}

/* Three numbers of an attribute, or fewer and zeros. */
static inline void three(const record *r, const char *key, int64_t *sizes)
{
    ag_shape list = attr_list(r->text, key);
    for (int i = 0; i < 3; i++) {
        sizes[i] = list.dim[i];
    }
}

#define NUMBER(key) attr_number(r->text, key, 0)
/* A number of the sample for an option, where 0 has to be said. */
#define OPTION(key) (NUMBER(key) == 0 ? AG_EXACT_ZERO : NUMBER(key))
#define WHOLE(key) attr_whole(r->text, key, 0)
#define SMALL(key) ((int)attr_whole(r->text, key, 0))
#define FLAG(key) attr_flag(r->text, key)
#define AXES attr_axes(r->text, "axes")
#define AXIS attr_axis(r->text, "axis")
#define KEEP attr_flag(r->text, "keepdim")

#endif
