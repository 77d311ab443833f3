/* Colors of series, and ramps from color to color. Lines and symbols have a contrast of at least
 * 3:1 on the paper (WCAG 2.1, 1.4.11). The first four series differ for readers with each kind of
 * color blindness, and beyond these a dash pattern or a symbol tells them apart. A ramp grows
 * darker, or in the dark look lighter, from end to end or from its middle, so it survives a black
 * and white print; the darkest still has a contrast of 4.5:1 with text in it. Tests compute all of
 * this. Must not know where the colors are used.
 *
 * Source: Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color
 * Vision Deficiency", 2009, by which the series were chosen.
 */
#include "paint.h"

#include <string.h>

static const char paper_of[2][VIZ__COLOR] = {"#FFFFFF", "#16181C"};

static const char series[2][VIZ__SERIES_COLORS][VIZ__COLOR] = {
    {"#0072B2", "#D55E00", "#007A5A", "#A8327E", "#14213D", "#8A6D00", "#2F8FA0", "#767676"},
    {"#56B4E9", "#E69F00", "#2BC49A", "#F49AC2", "#F0E442", "#8F8FF5", "#FFFFFF", "#A8A8A8"},
};

/* The ends of the ramps; the sign's middle is the paper. */
static const char blue[2][VIZ__COLOR] = {"#5E97CB", "#2D659A"};
static const char rust[2][VIZ__COLOR] = {"#E08A4A", "#8E4A12"};
static const char ink[2][VIZ__COLOR] = {"#1A1A1A", "#EDEDED"};

static int hex(char c)
{
    return c <= '9' ? c - '0' : c - 'A' + 10;
}

const char *viz__hex_color(int32_t color, char room[VIZ__COLOR])
{
    room[0] = '#';
    for (int i = 0; i < 6; i++) {
        room[1 + i] = "0123456789ABCDEF"[color >> (20 - 4 * i) & 15];
    }
    room[7] = '\0';
    return room;
}

/* The color between two, `share` of the second. */
static const char *mix(const char *from, const char *to, double share, char room[VIZ__COLOR])
{
    int32_t color = 0;
    for (int i = 1; i < 7; i += 2) {
        int a = 16 * hex(from[i]) + hex(from[i + 1]), b = 16 * hex(to[i]) + hex(to[i + 1]);
        color = 256 * color + (int)(a + share * (b - a) + 0.5);
    }
    return viz__hex_color(color, room);
}

static const char *signed_color(int at, bool dark, char room[VIZ__COLOR])
{
    double share = 2.0 * at / (VIZ__RAMP_COLORS - 1) - 1;
    return share < 0 ? mix(paper_of[dark], rust[dark], -share, room)
                     : mix(paper_of[dark], blue[dark], share, room);
}

const char *viz__ink_color(const viz_options *o, viz__ink which, bool dark, char room[VIZ__COLOR])
{
    const char *paper = paper_of[dark];
    if (which < VIZ__INKS) {
        return viz__color(o, which, dark);
    }
    if (which < VIZ__TINT) {
        return series[dark][which - VIZ__SERIES];
    }
    if (which < VIZ__HEAT) {
        return mix(paper, series[dark][which - VIZ__TINT], dark ? 0.3 : 0.25, room);
    }
    if (which < VIZ__SIGN) {
        return mix(paper, blue[dark], (which - VIZ__HEAT) / (VIZ__RAMP_COLORS - 1.0), room);
    }
    if (which < VIZ__GRAY) {
        return signed_color((int)(which - VIZ__SIGN), dark, room);
    }
    return mix(paper, ink[dark], (which - VIZ__GRAY) / (VIZ__RAMP_COLORS - 1.0), room);
}
