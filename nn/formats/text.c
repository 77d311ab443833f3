/* A text as rows of characters: x a window of it, y the characters that follow each. Both point
 * into one array of classes, so rows that overlap cost nothing.
 *
 * UTF-8 as RFC 3629 has it: the shortest form, no surrogates, nothing above U+10FFFF.
 */
#include <autograd/nn_formats.h>

#include <string.h>

#include "nn/disk/source.h"

enum { POINTS = 0x110000 };

/* The character at p, and how many bytes it takes; 0 where it is no UTF-8. */
static int decode(const unsigned char *p, int64_t left, uint32_t *point)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    int n = p[0] < 0x80 ? 1 : p[0] < 0xC0 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (n == 0 || p[0] > 0xF4 || n > left) {
        return 0;
    }
    uint32_t c = n == 1 ? p[0] : p[0] & (0x7Fu >> n);
    for (int i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
        c = c << 6 | (p[i] & 0x3F);
    }
    *point = c;
    return c < least[n] || c >= POINTS || (c >= 0xD800 && c < 0xE000) ? 0 : n;
}

static int encode(uint32_t c, char out[5])
{
    int n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (int i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    out[0] = (char)(n == 1 ? c : (0xF00u >> n & 0xF0) | c);
    out[n] = '\0';
    return n;
}

/* --- the vocabulary --------------------------------------------------------------------------- */

/* What a text is made of. place[point] is the class of a character; -1: it does not occur. */
typedef struct vocabulary {
    bool bytes;
    int64_t classes, characters;
    int32_t *place;
    nn__scratch memory;
} vocabulary;

static int next(const vocabulary *v, const unsigned char *p, int64_t left, uint32_t *point)
{
    *point = p[0];
    return v->bytes ? 1 : decode(p, left, point);
}

static bool count_characters(vocabulary *v, const nn__source *in)
{
    for (int64_t i = 0; i < in->n;) {
        uint32_t point;
        int n = next(v, in->bytes + i, in->n - i, &point);
        if (n == 0 || (point == 0 && !v->bytes)) {
            nn__source_fail(in, AG_ERR_IO, ".bytes = true reads any file, byte by byte",
                            "byte %lld is no character of UTF-8", (long long)i);
            return false;
        }
        v->place[point] = 1;
        v->characters++;
        i += n;
    }
    return true;
}

/* Classes in the order of code points; all 256 of bytes. */
static bool vocabulary_open(vocabulary *v, const nn__source *in, bool bytes)
{
    *v = (vocabulary){.bytes = bytes};
    v->place = nn__scratch_get(&v->memory, in->graph, POINTS, sizeof *v->place);
    if (v->place == NULL || !count_characters(v, in)) {
        return false;
    }
    for (int32_t c = 0; c < (bytes ? 256 : POINTS); c++) {
        v->place[c] = bytes || v->place[c] != 0 ? (int32_t)v->classes++ : -1;
    }
    return true;
}

static nn__name_list vocabulary_names(const vocabulary *v, ag_graph *g)
{
    const char **name = nn__memory(g, v->classes, sizeof *name);
    char *text = name != NULL ? nn__memory(g, v->classes, 5) : NULL;
    int64_t at = 0;
    for (uint32_t c = 0; text != NULL && c < (v->bytes ? 256 : POINTS); c++) {
        if (v->place[c] >= 0) {
            name[at] = text + 5 * at;
            if (v->bytes) {
                text[5 * at] = (char)c;
            } else {
                encode(c, text + 5 * at);
            }
            at++;
        }
    }
    return (nn__name_list){text != NULL ? name : NULL, v->classes};
}

/* The classes of all characters, in as many bytes each as they need. */
static void *classes_of(const vocabulary *v, const nn__source *in, nn_element *e)
{
    *e = v->classes <= 256 ? NN_U8 : v->classes <= 65536 ? NN_U16 : NN_I32;
    void *to = nn__memory(in->graph, v->characters, nn_element_bytes(*e));
    uint8_t *u8 = to;
    uint16_t *u16 = to;
    int32_t *i32 = to;
    int64_t at = 0;
    for (int64_t i = 0; to != NULL && i < in->n; at++) {
        uint32_t point;
        i += next(v, in->bytes + i, in->n - i, &point);
        int32_t c = v->place[point];
        if (*e == NN_U8) {
            u8[at] = (uint8_t)c;
        } else if (*e == NN_U16) {
            u16[at] = (uint16_t)c;
        } else {
            i32[at] = c;
        }
    }
    return to;
}

/* --- rows ------------------------------------------------------------------------------------- */

static nn_data *rows_of(const nn__source *in, const vocabulary *v, int64_t window, int64_t step)
{
    if (v->characters <= window) {
        return nn__source_fail(in, AG_ERR_VALUE, "a row is a window and the character behind it",
                               "%lld characters are too few for a window of %lld",
                               (long long)v->characters, (long long)window);
    }
    nn_element e;
    nn_data made = {.graph = in->graph, .rows = (v->characters - 1 - window) / step + 1};
    const char *values = classes_of(v, in, &e);
    made.classes = values != NULL ? vocabulary_names(v, in->graph) : (nn__name_list){NULL, 0};
    if (made.classes.name == NULL) {
        return NULL;
    }
    made.stored = made.rows;
    made.x = nn__block_of(values, e, AG_SHAPE(window), v->classes);
    made.y = nn__block_of(values + nn_element_bytes(e), e, AG_SHAPE(window), v->classes);
    made.x.stride = made.y.stride = step;
    return nn__copy(in->graph, &made);
}

static nn_data *read_text(nn__source *in, const nn_text *o)
{
    int64_t window = o != NULL && o->window != 0 ? o->window : 64;
    int64_t step = o != NULL && o->step != 0 ? o->step : window;
    vocabulary v;
    if (window < 1 || step < 1) {
        return nn__source_fail(in, AG_ERR_VALUE, "both are at least 1; 0 is the usual",
                               "a window of %lld, a step of %lld", (long long)window,
                               (long long)step);
    }
    if (in->n >= 3 && memcmp(in->bytes, "\xEF\xBB\xBF", 3) == 0) { /* a byte order mark */
        in->bytes += 3;
        in->n -= 3;
    }
    bool good = vocabulary_open(&v, in, o != NULL && o->bytes);
    nn_data *d = good ? rows_of(in, &v, window, step) : NULL;
    nn__scratch_free(&v.memory);
    return d;
}

nn_data *(nn_read_text)(ag_graph *g, const char *path, const nn_text *o)
{
    nn__source in;
    if (g == NULL) {
        return NULL;
    }
    bool good = nn__source_open(&in, g, "read_text", path, NULL);
    nn_data *d = good ? read_text(&in, o) : NULL;
    nn__source_close(&in);
    return d;
}

/* --- a prompt --------------------------------------------------------------------------------- */

/* The class whose name stands at the text; -1 where none does. No name begins with another. */
static int64_t class_at(const nn_data *d, const char *text)
{
    for (int64_t c = 0; c < d->classes.n; c++) {
        size_t n = strlen(d->classes.name[c]);
        if (n > 0 && strncmp(text, d->classes.name[c], n) == 0) {
            return c;
        }
    }
    return -1;
}

int64_t(nn_text_classes)(const nn_data *d, const char *text, int64_t *out, int64_t room)
{
    int64_t n = 0;
    if (d == NULL || text == NULL || (out == NULL && room > 0)) {
        if (d != NULL) {
            ag_fail(d->graph, AG_ERR_NULL_ARGUMENT, NULL, "text_classes: no text or no room");
        }
        return -1;
    }
    for (const char *p = text; *p != '\0'; n++) {
        int64_t c = class_at(d, p);
        if (c < 0) {
            char shown[NN__QUOTED];
            ag_fail(d->graph, AG_ERR_VALUE, "use characters that the text has",
                    "text_classes: the vocabulary has no such character as at %s",
                    nn__quoted(p, (int64_t)strlen(p), shown));
            return -1;
        }
        if (n < room) {
            out[n] = c;
        }
        p += strlen(d->classes.name[c]);
    }
    return n;
}
