/* The header of a .npy file: a Python dictionary of three entries, as NumPy's own writer lays it
 * out (NEP 1). Only what that may write is read. Knows nothing of the numbers behind it.
 */
#include "npy.h"

#include <stdlib.h>
#include <string.h>

#include "nn/disk/byte_order.h"

/* The place of reading in the dictionary. */
typedef struct place {
    const char *p, *end;
} place;

static void skip_blank(place *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r')) {
        s->p++;
    }
}

static bool take(place *s, const char *text)
{
    skip_blank(s);
    size_t n = strlen(text);
    bool is = (size_t)(s->end - s->p) >= n && memcmp(s->p, text, n) == 0;
    s->p += is ? n : 0;
    return is;
}

/* A string in either quotes, without escapes, copied. */
static bool take_string(place *s, char out[20])
{
    skip_blank(s);
    char quote = s->p < s->end ? *s->p : 0;
    int n = 0;
    if (quote != '\'' && quote != '"') {
        return false;
    }
    for (s->p++; s->p < s->end && *s->p != quote; s->p++) {
        if (n == 19 || *s->p == '\\') {
            return false;
        }
        out[n++] = *s->p;
    }
    out[n] = '\0';
    return s->p++ < s->end;
}

static const char *take_shape(place *s, nn__npy *a)
{
    bool comma = true;
    a->shape.ndim = 0;
    if (!take(s, "(")) {
        return "its shape is no tuple";
    }
    while (!take(s, ")")) {
        int64_t n = 0;
        const char *from = (skip_blank(s), s->p);
        for (; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++) {
            if (n > (INT64_MAX - 9) / 10) {
                return "a size is too large";
            }
            n = n * 10 + (*s->p - '0');
        }
        if (s->p == from || !comma) {
            return "its shape is no tuple of sizes";
        }
        if (a->shape.ndim == AG_MAX_DIMS) {
            return "it has more than 8 dimensions";
        }
        a->shape.dim[a->shape.ndim++] = n;
        (void)take(s, "L"); /* Python 2 */
        comma = take(s, ",");
    }
    return NULL;
}

static const char *refused_type(char type)
{
    if (type == 'O') {
        return "its elements are Python objects, which are not read: they can hold code";
    }
    if (type == 'c') {
        return "its numbers are complex";
    }
    if (type == 'U' || type == 'S' || type == 'a') {
        return "its elements are texts; np.unique(..., return_inverse=True) makes classes of them";
    }
    return "its elements are none of f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1";
}

static const char *set_descr(nn__npy *a, const char *descr)
{
    static const struct {
        const char *text;
        nn_element element;
    } known[] = {{"f8", NN_F64}, {"f4", NN_F32}, {"f2", NN_F32}, {"i8", NN_I64},
                 {"i4", NN_I32}, {"i2", NN_I16}, {"i1", NN_I8},  {"u8", NN_I64},
                 {"u4", NN_U32}, {"u2", NN_U16}, {"u1", NN_U8},  {"b1", NN_U8}};
    bool order = *descr == '<' || *descr == '>' || *descr == '=' || *descr == '|';
    const char *type = descr + order;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(type, known[i].text) == 0) {
            a->element = known[i].element;
            a->kind = *type;
            a->item = type[1] - '0';
            a->swap = a->item > 1 && ((*descr == '<' && nn__is_big_endian()) ||
                                      (*descr == '>' && !nn__is_big_endian()));
            return a->item > 1 && *descr == '|' ? "its numbers have no byte order" : NULL;
        }
    }
    return refused_type(*type);
}

static const char *take_entry(place *s, nn__npy *a, int *seen)
{
    char key[20], descr[20];
    int entry;
    if (!take_string(s, key) || !take(s, ":")) {
        return "its header is no dictionary";
    }
    const char *wrong = NULL;
    if (strcmp(key, "descr") == 0) {
        entry = 1;
        if (take(s, "[") || take(s, "(")) {
            return "its elements are structures";
        }
        wrong = take_string(s, descr) ? set_descr(a, descr) : "its descr is no short text";
    } else if (strcmp(key, "fortran_order") == 0) {
        entry = 2;
        a->fortran = take(s, "True");
        wrong = a->fortran || take(s, "False") ? NULL : "fortran_order is neither True nor False";
    } else if (strcmp(key, "shape") == 0) {
        entry = 4;
        wrong = take_shape(s, a);
    } else {
        return "its header has an entry other than descr, fortran_order and shape";
    }
    bool twice = (*seen & entry) != 0;
    *seen |= entry;
    return wrong == NULL && twice ? "an entry of its header stands twice" : wrong;
}

static const char *parse_header(nn__npy *a, const char *p, int64_t n)
{
    place s = {p, p + n};
    int seen = 0;
    if (!take(&s, "{")) {
        return "its header is no dictionary";
    }
    while (!take(&s, "}")) {
        const char *wrong = take_entry(&s, a, &seen);
        if (wrong != NULL) {
            return wrong;
        }
        if (!take(&s, ",")) {
            if (!take(&s, "}")) {
                return "its header is no dictionary";
            }
            break;
        }
    }
    skip_blank(&s);
    return s.p != s.end ? "there is something behind the dictionary in its header"
           : seen != 7  ? "its header lacks descr, fortran_order or shape"
                        : NULL;
}

const char *nn__npy_parse(nn__npy *a, const unsigned char *bytes, int64_t n)
{
    *a = (nn__npy){.element = NN_ELEMENT_COUNT};
    if (n < 10 || memcmp(bytes, "\x93NUMPY", 6) != 0) {
        return "it is no .npy file";
    }
    int64_t before = bytes[6] == 1 ? 10 : 12;
    if (bytes[6] < 1 || bytes[6] > 3 || bytes[7] != 0) {
        return "its version is none of 1.0, 2.0, 3.0";
    }
    if (n < before) {
        return "it ends within its header";
    }
    int64_t length =
        bytes[6] == 1 ? (int64_t)nn__little_u16(bytes + 8) : (int64_t)nn__little_u32(bytes + 8);
    if (length > n - before) {
        return "it ends within its header";
    }
    const char *wrong = parse_header(a, (const char *)bytes + before, length);
    if (wrong != NULL) {
        return wrong;
    }
    a->numbers = bytes + before + length;
    a->size = nn__shape_size(a->shape);
    int64_t wanted = nn__times(a->size, a->item), there = n - before - length;
    return wanted < 0       ? "its shape is too large"
           : wanted > there ? "it ends before its numbers do: the file was cut off"
           : wanted < there ? "there are more bytes than its shape asks for"
                            : NULL;
}

size_t nn__npy_header(ag_dtype dtype, ag_shape shape, unsigned char out[NN__NPY_HEADER])
{
    static const char *const type[AG_DTYPE_COUNT] = {"f8", "f4", "i8"};
    char text[NN__NPY_HEADER - 10];
    int used = snprintf(text, sizeof text, "{'descr': '%c%s', 'fortran_order': False, 'shape': (",
                        nn__is_big_endian() ? '>' : '<', type[dtype]);
    for (int i = 0; i < shape.ndim; i++) {
        used += snprintf(text + used, sizeof text - (size_t)used,
                         i + 1 < shape.ndim ? "%lld, "
                         : shape.ndim == 1  ? "%lld,"
                                            : "%lld",
                         (long long)shape.dim[i]);
    }
    used += snprintf(text + used, sizeof text - (size_t)used, "), }");
    size_t all = (10 + (size_t)used + 1 + 63) / 64 * 64; /* the numbers begin at a multiple of 64 */
    memcpy(out, "\x93NUMPY\1\0", 8);
    nn__put_little(out + 8, all - 10, 2);
    memset(out + 10, ' ', all - 10);
    memcpy(out + 10, text, (size_t)used);
    out[all - 1] = '\n';
    return all;
}
