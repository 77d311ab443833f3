/* Is a text well-formed XML? Tags are balanced, attributes quoted and unique in their element,
 * entities known. Enough for what viz/ writes: no comments, no declarations. XML 1.0, 5th edition.
 * And the contrast of colors, WCAG 2.1.
 */
#ifndef TESTS_VIZ_XML_H
#define TESTS_VIZ_XML_H

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define XML_DEPTH 100

static inline bool xml_entity(const char *at)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
    for (int i = 0; i < 4; i++) {
        if (strncmp(at, known[i], strlen(known[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* What follows the name of a tag up to its '>', or NULL. */
static inline const char *xml_attributes(const char *at)
{
    const char *seen[40];
    size_t length[40];
    int n = 0;
    while (*at == ' ') {
        const char *name = ++at;
        at += strcspn(at, "= >");
        size_t bytes = (size_t)(at - name);
        if (bytes == 0 || strncmp(at, "=\"", 2) != 0 || n == 40) {
            return NULL;
        }
        for (int i = 0; i < n; i++) {
            if (length[i] == bytes && strncmp(seen[i], name, bytes) == 0) {
                return NULL;
            }
        }
        seen[n] = name;
        length[n++] = bytes;
        for (at += 2; *at != '"'; at++) {
            if (*at == '\0' || *at == '<' || (*at == '&' && !xml_entity(at))) {
                return NULL;
            }
        }
        at++;
    }
    return at;
}

/* NULL if the text is well-formed; else where it is not. */
static inline const char *xml_fault(const char *text)
{
    const char *open[XML_DEPTH];
    size_t length[XML_DEPTH];
    int depth = 0;
    for (const char *at = text; *at != '\0';) {
        const char *start = at;
        if (*at == '&' && !xml_entity(at)) {
            return at;
        }
        if (*at != '<') {
            if (depth == 0 && !isspace((unsigned char)*at)) {
                return at;
            }
            at++;
            continue;
        }
        bool end = at[1] == '/';
        const char *name = at + 1 + end;
        size_t bytes = strcspn(name, " />");
        at = end ? name + bytes : xml_attributes(name + bytes);
        if (at == NULL || bytes == 0) {
            return start;
        }
        if (end) {
            if (depth-- == 0 || length[depth] != bytes || strncmp(open[depth], name, bytes) != 0) {
                return start;
            }
        } else if (*at == '/') {
            at++;
        } else if (depth < XML_DEPTH) {
            open[depth] = name;
            length[depth++] = bytes;
        }
        if (*at++ != '>') {
            return start;
        }
    }
    return depth == 0 ? NULL : text + strlen(text);
}

static inline double luminance(const char *color)
{
    static const double weight[] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        char hex[3] = {color[1 + 2 * i], color[2 + 2 * i], '\0'};
        double c = (double)strtol(hex, NULL, 16) / 255;
        sum += weight[i] * (c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static inline double contrast(const char *a, const char *b)
{
    double x = luminance(a), y = luminance(b);
    return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

#endif
