//! Random numbers that are the same on every platform: xoshiro256++ seeded by SplitMix64 (Blackman &
//! Vigna 2019), logarithms from `libm`.

/// A stream of random numbers.
pub(crate) struct Random {
    state: [u64; 4],
}

impl Random {
    /// The stream that belongs to `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        let mut split_mix = seed;
        let mut next = || {
            split_mix = split_mix.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = split_mix;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        };
        Self { state: [next(), next(), next(), next()] }
    }

    /// A fair coin.
    pub(crate) fn coin(&mut self) -> bool {
        self.bits() >> 63 == 1
    }

    /// Normal with mean 0 and standard deviation 1 (Box & Muller).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(self.uniform()));
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }

    /// Student's t with 4 degrees of freedom, scaled to a standard deviation of 1.
    ///
    /// A normal over the root of a quarter chi-square; with 4 degrees chi-square is `-2 ln(u v)`. The
    /// variance of t4 is 2.
    pub(crate) fn t4(&mut self) -> f64 {
        let chi_square = -2.0 * libm::log(self.uniform() * self.uniform());
        self.normal() / libm::sqrt(chi_square / 4.0) / std::f64::consts::SQRT_2
    }

    /// Uniform between 0 and 1, both excluded.
    fn uniform(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
        let steps = (self.bits() >> 11) as f64;
        (steps + 0.5) / 9_007_199_254_740_992.0
    }

    fn bits(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let [c2, d2] = [c ^ a, d ^ b];
        self.state = [a ^ d2, b ^ c2, c2 ^ (b << 17), d2.rotate_left(45)];
        result
    }
}
