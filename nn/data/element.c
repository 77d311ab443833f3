/* Kinds of stored numbers, and turning them into a tensor's. Knows nothing of data sets beyond
 * their blocks.
 *
 * A scaled number is (stored - subtract)/divide, computed in f64 and rounded once. One byte has 256
 * values, so that of images this is done once for each value and then looked up.
 */
#include "data.h"

#include <string.h>

const char *nn_element_text(nn_element e)
{
    static const char *const text[NN_ELEMENT_COUNT] = {"f64", "f32", "i64", "i32", "i16",
                                                       "i8",  "u32", "u16", "u8"};
    return (unsigned)e < NN_ELEMENT_COUNT ? text[e] : "?";
}

size_t nn_element_bytes(nn_element e)
{
    static const size_t bytes[NN_ELEMENT_COUNT] = {
#define BYTES(name, type) sizeof(type),
        NN_ELEMENT_TABLE(BYTES)
#undef BYTES
    };
    return (unsigned)e < NN_ELEMENT_COUNT ? bytes[e] : 0;
}

/* --- n numbers, one behind the other ---------------------------------------------------------- */

typedef void converter(const void *from, int64_t n, double subtract, double divide, void *to);

#define TO_F64(name, type)                                                                         \
    static void name##_f64(const void *from, int64_t n, double subtract, double divide, void *to)  \
    {                                                                                              \
        const type *x = from;                                                                      \
        double *restrict y = to;                                                                   \
        for (int64_t i = 0; i < n; i++) {                                                          \
            y[i] = ((double)x[i] - subtract) / divide;                                             \
        }                                                                                          \
    }
#define TO_F32(name, type)                                                                         \
    static void name##_f32(const void *from, int64_t n, double subtract, double divide, void *to)  \
    {                                                                                              \
        const type *x = from;                                                                      \
        float *restrict y = to;                                                                    \
        for (int64_t i = 0; i < n; i++) {                                                          \
            y[i] = (float)(((double)x[i] - subtract) / divide);                                    \
        }                                                                                          \
    }
#define TO_I64(name, type)                                                                         \
    static void name##_i64(const void *from, int64_t n, double subtract, double divide, void *to)  \
    {                                                                                              \
        const type *x = from;                                                                      \
        int64_t *restrict y = to;                                                                  \
        for (int64_t i = 0; i < n && subtract == 0 && divide == 1; i++) {                          \
            y[i] = (int64_t)x[i];                                                                  \
        }                                                                                          \
    }
NN_ELEMENT_TABLE(TO_F64)
NN_ELEMENT_TABLE(TO_F32)
NN_ELEMENT_TABLE(TO_I64)

static converter *const converters[NN_ELEMENT_COUNT][AG_DTYPE_COUNT] = {
#define ROW(name, type) {name##_f64, name##_f32, name##_i64},
    NN_ELEMENT_TABLE(ROW)
#undef ROW
};

static void look_up(const uint8_t *x, int64_t n, ag_dtype to, const void *table, void *out)
{
    const double *table_f64 = table;
    const float *table_f32 = table;
    double *f64 = out;
    float *f32 = out;
    for (int64_t i = 0; i < n && to == AG_F64; i++) {
        f64[i] = table_f64[x[i]];
    }
    for (int64_t i = 0; i < n && to == AG_F32; i++) {
        f32[i] = table_f32[x[i]];
    }
}

/* --- rows ------------------------------------------------------------------------------------- */

/* What the numbers of one block are converted by. */
typedef struct plan {
    const nn__block *block;
    ag_dtype to;
    converter *convert;
    bool same;    /* the bytes are those of the tensor */
    bool look_up; /* in `table` */
    double table[256];
} plan;

static void plan_open(plan *p, const nn__block *b, int64_t numbers, ag_dtype to)
{
    static const nn_element like[AG_DTYPE_COUNT] = {NN_F64, NN_F32, NN_I64};
    p->block = b;
    p->to = to;
    p->convert = converters[b->element][to];
    p->same = b->element == like[to] && b->subtract == 0 && b->divide == 1;
    p->look_up = b->element == NN_U8 && to != AG_I64 && numbers >= 1024;
    if (p->look_up) {
        uint8_t each[256];
        for (int i = 0; i < 256; i++) {
            each[i] = (uint8_t)i;
        }
        p->convert(each, 256, b->subtract, b->divide, p->table);
    }
}

static void plan_run(const plan *p, int64_t stored, int64_t n, void *out)
{
    const char *from = nn__element_at(p->block, stored);
    if (p->same) {
        memcpy(out, from, (size_t)n * ag_dtype_bytes(p->to));
    } else if (p->look_up) {
        look_up((const uint8_t *)from, n, p->to, p->table, out);
    } else {
        p->convert(from, n, p->block->subtract, p->block->divide, out);
    }
}

void nn__convert(const nn__block *b, const int64_t *row, int64_t first, int64_t n, ag_dtype to,
                 void *out)
{
    plan p;
    plan_open(&p, b, n * b->size, to);
    if (row == NULL && b->stride == b->size) {
        if (n > 0) {
            plan_run(&p, first, n * b->size, out);
        }
        return;
    }
    size_t bytes = (size_t)b->size * ag_dtype_bytes(to);
    for (int64_t i = 0; i < n; i++) {
        plan_run(&p, row != NULL ? row[i] : first + i, b->size, (char *)out + (size_t)i * bytes);
    }
}

void nn__read(const nn__block *b, int64_t stored, int64_t at, int64_t n, double *out)
{
    const char *from = nn__element_at(b, stored) + (size_t)at * nn_element_bytes(b->element);
    converters[b->element][AG_F64](from, n, b->subtract, b->divide, out);
}

ag_dtype nn__batch_dtype(const nn_data *d, const nn__block *b)
{
    return b->classes > 0 ? AG_I64 : ag_graph_dtype(d->graph);
}
