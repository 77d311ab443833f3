/* The attributes of a sample, "axis=1 keepdim=0 shape=2,3": numbers, lists of integers, words. Must
 * not know any operation.
 */
#ifndef GOLDEN_ATTR_H
#define GOLDEN_ATTR_H

#include <autograd.h>
#include <stdlib.h>
#include <string.h>

/* Where the value of a key begins; NULL without it. */
static inline const char *attr_at(const char *text, const char *key)
{
    size_t n = strlen(key);
    while (text != NULL && *text != '\0') {
        if (strncmp(text, key, n) == 0 && text[n] == '=') {
            return text + n + 1;
        }
        text = strchr(text, ' ');
        text = text != NULL ? text + 1 : NULL;
    }
    return NULL;
}

static inline double attr_number(const char *text, const char *key, double missing)
{
    const char *at = attr_at(text, key);
    return at != NULL ? strtod(at, NULL) : missing;
}

static inline int64_t attr_whole(const char *text, const char *key, int64_t missing)
{
    const char *at = attr_at(text, key);
    return at != NULL ? (int64_t)strtoll(at, NULL, 10) : missing;
}

static inline bool attr_flag(const char *text, const char *key)
{
    return attr_whole(text, key, 0) != 0;
}

/* "" without the key. */
static inline const char *attr_word(const char *text, const char *key, char *word, size_t bytes)
{
    const char *at = attr_at(text, key);
    size_t n = at != NULL ? strcspn(at, " ") : 0;
    n = n < bytes ? n : bytes - 1;
    memcpy(word, at != NULL ? at : "", n);
    word[n] = '\0';
    return word;
}

static inline bool attr_is(const char *text, const char *key, const char *value)
{
    char word[64];
    return strcmp(attr_word(text, key, word, sizeof word), value) == 0;
}

/* A list of at most eight integers, as a shape; without the key it has none. */
static inline ag_shape attr_list(const char *text, const char *key)
{
    const char *at = attr_at(text, key);
    ag_shape list = {0};
    while (at != NULL && list.ndim < AG_MAX_DIMS && *at != '\0' && *at != ' ') {
        char *end;
        list.dim[list.ndim++] = (int64_t)strtoll(at, &end, 10);
        at = *end == ',' ? end + 1 : NULL;
    }
    return list;
}

static inline ag_axes attr_axes(const char *text, const char *key)
{
    ag_shape list = attr_list(text, key);
    ag_axes axes = {.n = list.ndim};
    for (int i = 0; i < list.ndim; i++) {
        axes.axis[i] = (int)list.dim[i];
    }
    return axes;
}

static inline int attr_axis(const char *text, const char *key)
{
    return (int)attr_whole(text, key, 0);
}

#endif
