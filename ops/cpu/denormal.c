/* The processor's switch for denormal numbers, of the calling thread. Knows no tensor.
 * Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, section 10.2.3 (MXCSR);
 * Arm Architecture Reference Manual for A-profile, FPCR.
 */
#include <autograd/cpu.h>

#if defined(__SSE2__)
#include <emmintrin.h>

enum { FLUSH = 0x8040 }; /* results become zero (bit 15), operands count as zero (bit 6) */

static unsigned state_get(void)
{
    return _mm_getcsr();
}

static void state_set(unsigned state)
{
    _mm_setcsr(state);
}
#define AG__HAS_SWITCH 1
#elif defined(__aarch64__) && defined(__GNUC__)

enum { FLUSH = 1 << 24 };

static unsigned state_get(void)
{
    unsigned long state;
    __asm__ volatile("mrs %0, fpcr" : "=r"(state));
    return (unsigned)state;
}

static void state_set(unsigned state)
{
    unsigned long wide = state;
    __asm__ volatile("msr fpcr, %0" : : "r"(wide));
}
#define AG__HAS_SWITCH 1
#else
#define AG__HAS_SWITCH 0
#endif

bool ag_flushes_denormals(void)
{
#if AG__HAS_SWITCH
    return (state_get() & FLUSH) != 0;
#else
    return false;
#endif
}

#if AG__HAS_SWITCH
/* Asked of the arithmetic, because an emulator may have the switch and not obey it. volatile keeps
 * the answer, too, on its side of a change. */
static bool is_obeyed(bool on)
{
    volatile double least = 0x1p-1074;
    volatile bool zero = least + least == 0;
    return zero == on;
}
#endif

ag_status ag_flush_denormals(bool on)
{
#if AG__HAS_SWITCH
    unsigned state = state_get();
    state_set(on ? state | FLUSH : state & ~(unsigned)FLUSH);
    if (is_obeyed(on)) {
        return AG_OK;
    }
    state_set(state);
    return AG_ERR_STATE;
#else
    return on ? AG_ERR_STATE : AG_OK;
#endif
}
