import { drawPlace, type Place } from './places.ts';
import { Random, STREAM } from './random.ts';

/** A fictional customer. Ids are numbers written as text. */
export interface ShopCustomer extends Place {
  customerId: string;
  name: string;
  email: string;
  phone: string;
}

const FIRST_ID = 100_001;

const GIVEN =
  'Ayesha Fatima Zainab Maryam Hina Sana Amna Rabia Saba Nida Iqra Mehwish Sadia Bushra Kiran Anum Noor Areeba Hafsa Laiba Ali Ahmed Bilal Hamza Usman Umar Hassan Hussain Faisal Imran Kamran Adnan Asad Zain Saad Farhan Tariq Nadeem Waqas Shahid Junaid Omar Salman Rizwan Danish Yasir Arslan Haris Talha Fahad'.split(
    ' ',
  );
const FAMILY =
  'Khan Ahmed Malik Butt Sheikh Chaudhry Qureshi Siddiqui Hashmi Mirza Baig Rana Raja Awan Abbasi Bhatti Cheema Dar Gill Javed Iqbal Kazmi Lodhi Mughal Naqvi Niazi Paracha Rehman Saleem Shah Soomro Talpur Usmani Warraich Yousaf Zaidi Ansari Bukhari Durrani Farooqi'.split(
    ' ',
  );

export function customerId(index: number): string {
  return String(FIRST_ID + index);
}

/** Home of a customer: remade from the seed wherever needed instead of being kept. */
export function homeOf(seed: number, index: number): Place {
  return drawPlace(new Random(seed, STREAM.person, index));
}

/** The customer with the given number. Phones have area code 000, which cannot exist; e-mails end in the reserved example.com. */
export function customerAt(seed: number, index: number): ShopCustomer {
  const random = new Random(seed, STREAM.person, index);
  const place = drawPlace(random);
  const given = random.pick(GIVEN);
  const family = random.pick(FAMILY);
  const id = customerId(index);
  return {
    customerId: id,
    name: `${given} ${family}`,
    email: `${given}.${family}.${id}@example.com`.toLowerCase(),
    phone: `+92000${String(random.below(10_000_000)).padStart(7, '0')}`,
    ...place,
  };
}
