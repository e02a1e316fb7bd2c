-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
-- Host: localhost    Database: lockup
/*!40101 SET NAMES utf8mb4 */;

DROP TABLE IF EXISTS `booking`;
CREATE TABLE `booking` (
  `booking_no` varchar(12) NOT NULL COMMENT 'Number on the wristband',
  `booked_at` datetime NOT NULL,
  `charge_class` enum('felony','misdemeanor','ordinance') DEFAULT NULL,
  `alien_no` varchar(12) DEFAULT NULL COMMENT 'A-number, from the hit',
  `ice_detainer` enum('none','received','lifted') NOT NULL DEFAULT 'none',
  `release_type` varchar(20) DEFAULT NULL,
  PRIMARY KEY (`booking_no`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

INSERT INTO `booking` VALUES
('26-000101','2026-03-02 01:10:00','misdemeanor',NULL,'none','bond'),
('26-000102','2026-03-02 02:45:00','felony','A000000101','received','released to ICE'),
('26-000103','2026-03-03 23:05:00','ordinance',NULL,'none','citation'),
('26-000104','2026-03-04 14:30:00','misdemeanor','A000000102','lifted','bond');

DROP TABLE IF EXISTS `property`;
CREATE TABLE `property` (
  `property_no` int NOT NULL AUTO_INCREMENT,
  `booking_no` varchar(12) NOT NULL,
  `item` varchar(60) NOT NULL COMMENT 'What was kept for the person',
  `status` enum('stored','returned','unclaimed') NOT NULL,
  PRIMARY KEY (`property_no`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

INSERT INTO `property` VALUES
(1,'26-000101','belt','returned'),
(2,'26-000101','visa card','returned'),
(3,'26-000102','telephone','stored'),
(4,'26-000103','wallet','unclaimed');
