"""Where experienced runners lie at a given speed, and where one runner stands among them."""
